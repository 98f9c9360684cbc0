from django.urls import path

from eastep.institutions.views import claims, contacts, faculties, institutions, people, terms

urlpatterns = [
    path("", institutions.institutions, name="institutions"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/grant/", claims.grant_claim, name="grant_claim"),
    path("claims/<int:pk>/refuse/", claims.refuse_claim, name="refuse_claim"),
    path("claims/<int:pk>/withdraw/", claims.withdraw_claim, name="withdraw_claim"),
    path("<str:key>/", institutions.institution, name="institution"),
    path("<str:key>/history/", institutions.institution_history, name="institution_history"),
    path("<str:key>/claim/", claims.claim_institution, name="claim_institution"),
    path("<str:key>/contacts/add/", contacts.add_contact, name="add_contact"),
    path("<str:key>/contacts/<int:pk>/edit/", contacts.edit_contact, name="edit_contact"),
    path("<str:key>/contacts/<int:pk>/remove/", contacts.remove_contact, name="remove_contact"),
    path("<str:key>/faculties/add/", faculties.add_faculty, name="add_faculty"),
    path("<str:key>/faculties/<int:pk>/rename/", faculties.rename_faculty, name="rename_faculty"),
    path("<str:key>/faculties/<int:pk>/remove/", faculties.remove_faculty, name="remove_faculty"),
    path("<str:key>/terms/", terms.terms, name="terms"),
    path("<str:key>/terms/<str:season>/", terms.set_term, name="set_term"),
    path("<str:key>/people/", people.institution_people, name="institution_people"),
    path("<str:key>/people/give/", people.give_role, name="give_role"),
    path("<str:key>/people/<int:pk>/take/", people.take_role, name="take_role"),
]
