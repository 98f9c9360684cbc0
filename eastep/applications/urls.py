from django.urls import path, register_converter
from django.urls.converters import StringConverter

from eastep.applications.views import agreed, balance, following, lists, results, rounds, simulations
from eastep.applications.views.files import PAGES
from eastep.imports.views import downloads, files


class ResultKind(StringConverter):
    regex = "xlsx|csv|json"


class TableKind(StringConverter):
    regex = "csv|json"


class InputKind(StringConverter):
    regex = "places|applicants"


register_converter(ResultKind, "result_kind")
register_converter(InputKind, "input_kind")
register_converter(TableKind, "table_kind")

FILE = "<int:pk>/files/<int:file>/"
SIMULATION = "<int:pk>/simulations/<int:simulation>/"
BROUGHT_IN = {"pages": PAGES}
COMPARISON = "<int:pk>/balance/<int:comparison>/"
OUTCOME = f"{SIMULATION}applicants/<int:position>/"

urlpatterns = [
    # the round
    path("", rounds.rounds, name="rounds"),
    path("open/", rounds.open_round, name="open_round"),
    path("<int:pk>/", rounds.round_, name="round"),
    path("<int:pk>/history/", rounds.round_history, name="round_history"),
    path("<int:pk>/settings/", rounds.change_settings, name="change_settings"),
    path("<int:pk>/discard/", rounds.discard_round, name="discard_round"),
    # bring in
    path("<int:pk>/files/", files.files, BROUGHT_IN, name="round_files"),
    path(
        "<int:pk>/files/empty-<slug:kind>.xlsx", downloads.empty_sheet, BROUGHT_IN, name="empty_round_sheet"
    ),
    path(FILE, files.one_file, BROUGHT_IN, name="round_file"),
    path(f"{FILE}columns/", files.map_columns, BROUGHT_IN, name="map_columns"),
    path(f"{FILE}names/", files.confirm_names, BROUGHT_IN, name="confirm_names"),
    path(f"{FILE}mend/", files.mend_rows, BROUGHT_IN, name="mend_rows"),
    path(f"{FILE}take/", files.take_file, BROUGHT_IN, name="take_file"),
    path(f"{FILE}again/", files.read_again, BROUGHT_IN, name="read_again"),
    path(f"{FILE}drop/", files.drop_file, BROUGHT_IN, name="drop_file"),
    path(f"{FILE}problems.csv", downloads.file_problems, BROUGHT_IN, name="file_problems"),
    path(f"{FILE}difference.csv", downloads.file_difference, BROUGHT_IN, name="file_difference"),
    # check
    path("<int:pk>/places/", lists.round_places, name="round_places"),
    path("<int:pk>/places/add/", lists.add_place, name="add_place"),
    path("<int:pk>/places/agreements/", agreed.take_agreement_places, name="take_agreement_places"),
    path("<int:pk>/places/withdraw/", lists.withdraw_places, name="withdraw_places"),
    path("<int:pk>/places/readmit/", lists.readmit_places, name="readmit_places"),
    path("<int:pk>/places/<int:number>/", lists.round_place, name="round_place"),
    path("<int:pk>/applicants/", lists.round_applicants, name="round_applicants"),
    path("<int:pk>/applicants/add/", lists.add_applicant, name="add_applicant"),
    path("<int:pk>/applicants/withdraw/", lists.withdraw_applicants, name="withdraw_applicants"),
    path("<int:pk>/applicants/readmit/", lists.readmit_applicants, name="readmit_applicants"),
    path("<int:pk>/applicants/<int:applicant>/", lists.round_applicant, name="round_applicant"),
    path("<int:pk>/applicants/<int:applicant>/edit/", lists.edit_applicant, name="edit_applicant"),
    path("<int:pk>/applicants/<int:applicant>/waive/", lists.waive_objection, name="waive_objection"),
    path("<int:pk>/waivers/<int:waiver>/end/", lists.end_waiver, name="end_waiver"),
    # simulate, adjust and freeze
    path("<int:pk>/simulations/", simulations.simulations, name="simulations"),
    path("<int:pk>/simulations/make/", simulations.make_simulation, name="make_simulation"),
    path("<int:pk>/simulations/compare/", simulations.compare_simulations, name="compare_simulations"),
    path(SIMULATION, simulations.simulation, name="simulation"),
    path(f"{SIMULATION}change/", simulations.change_simulation, name="change_simulation"),
    path(f"{SIMULATION}start/", simulations.start_simulation, name="start_simulation"),
    path(f"{SIMULATION}copy/", simulations.copy_simulation, name="copy_simulation"),
    path(f"{SIMULATION}discard/", simulations.discard_simulation, name="discard_simulation"),
    path(f"{SIMULATION}freeze/", simulations.freeze_round, name="freeze_round"),
    path("<int:pk>/unfreeze/", simulations.unfreeze_round, name="unfreeze_round"),
    # the price of balance
    path("<int:pk>/balance/", balance.price_of_balance, name="price_of_balance"),
    path(COMPARISON, balance.rule_comparison, name="rule_comparison"),
    path(f"{COMPARISON}start/", balance.start_comparison, name="start_comparison"),
    path(f"{COMPARISON}use/", balance.use_rule, name="use_rule"),
    path(f"{COMPARISON}discard/", balance.discard_comparison, name="discard_comparison"),
    path(f"{COMPARISON}table.<table_kind:kind>", balance.comparison_table, name="comparison_table"),
    # after the freezing
    path("<int:pk>/answers/", following.answers, name="answers"),
    path("<int:pk>/answers/enter/", following.enter_answers, name="enter_answers"),
    path("<int:pk>/answers/take-back/", following.take_back_answers, name="take_back_answers"),
    path("<int:pk>/answers/paste/", following.paste_answers, name="paste_answers"),
    path("<int:pk>/waiting/", following.waiting, name="waiting"),
    path("<int:pk>/waiting.csv", following.waiting_file, name="waiting_file"),
    path("<int:pk>/waiting/<int:row>/", following.waiting_list, name="waiting_list"),
    path("<int:pk>/second/", following.open_second_round, name="open_second_round"),
    # understand and take away
    path(f"{SIMULATION}applicants/", results.outcomes, name="outcomes"),
    path(OUTCOME, results.outcome, name="outcome"),
    path(f"{OUTCOME}letter/", results.letter, name="letter"),
    path(f"{OUTCOME}move/", results.move_applicant, name="move_applicant"),
    path(f"{SIMULATION}moves/<int:move>/undo/", results.undo_move, name="undo_move"),
    path(f"{SIMULATION}letters/", results.letters, name="letters"),
    path(f"{SIMULATION}options/", results.options, name="options"),
    path(f"{SIMULATION}options/<int:row>/", results.option, name="option"),
    path(f"{SIMULATION}result.<result_kind:kind>", results.download, name="round_result"),
    path(f"{SIMULATION}inputs-<input_kind:kind>.csv", results.inputs, name="round_inputs"),
]
