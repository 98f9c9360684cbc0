"""The words of the office's own sheets: what stands above the columns.

Compared without case, width, spaces and punctuation. What offices write for themselves (備考, 비고, remarks) is not among
them: nothing reaches the partner that nobody has chosen.
"""

PARTNER = (
    *(
        "Partner",
        "Partner institution",
        "Partner university",
        "Institution",
        "University",
        "Name of institution",
    ),
    *(
        "協定校",
        "協定大学",
        "協定校名",
        "協定先",
        "協定先大学",
        "相手大学",
        "相手校",
        "相手先",
        "相手機関",
        "大学名",
        "機関名",
        "締結校",
    ),
    *(
        "협정교",
        "협정대학",
        "협정 대학교",
        "협정기관",
        "상대교",
        "상대 대학",
        "상대 기관",
        "교류대학",
        "자매대학",
        "대학명",
        "기관명",
    ),
)
FACULTY = (
    *("Our faculty", "Faculty", "Own faculty", "Home faculty", "Department"),
    *("本学部局", "本学学部", "部局", "学部", "締結部局", "実施部局", "担当部局"),
    *("본교 단과대학", "본교 학과", "단과대학", "본교 부서", "체결 단위"),
)
PARTNER_FACULTY = (
    *("Partner's faculty", "Partner faculty", "Faculty of the partner", "Host faculty"),
    *("相手部局", "相手先部局", "相手学部", "協定校部局", "先方部局"),
    *("상대교 단과대학", "상대 단과대학", "상대교 학과", "협정교 단과대학"),
)
REFERENCE = (
    *(
        "Our reference",
        "Reference",
        "Reference number",
        "Agreement number",
        "Agreement no",
        "Agreement ID",
        "Our number",
    ),
    *("協定番号", "管理番号", "整理番号", "本学番号", "協定ID"),
    *("협정번호", "협정 번호", "관리번호", "본교 번호"),
)
PARTNER_REFERENCE = (
    *("Partner's reference", "Partner reference", "Partner's number", "Their reference"),
    *("相手番号", "相手先番号", "先方番号", "相手校番号"),
    *("상대교 번호", "상대 번호", "협정교 번호"),
)
KIND = (
    *("Kind", "Kind of agreement", "Type of agreement", "Agreement level", "Agreement type", "Category"),
    *("協定種別", "協定区分", "種別", "協定レベル", "締結レベル", "協定の種類"),
    *("협정 구분", "협정 종류", "협정구분", "체결 구분", "협정 유형"),
)
SIGNED_ON = (
    *(
        "Last signature",
        "Date of the last signature",
        "Signed on",
        "Date signed",
        "Signature date",
        "Date of signature",
    ),
    *("締結日", "協定締結日", "署名日", "調印日", "締結年月日", "最終署名日"),
    *("체결일", "협정 체결일", "체결일자", "서명일", "최종 서명일"),
)
STARTS_ON = (
    *("First day", "Start", "Start date", "Starts on", "Valid from", "Effective from", "From"),
    *("開始日", "発効日", "有効期間開始", "有効期間開始日", "効力発生日", "開始", "始期", "有効期間自"),
    *("시작일", "개시일", "발효일", "유효기간 시작", "협정 시작일", "시작"),
)
ENDS_ON = (
    *(
        "Last day",
        "End",
        "End date",
        "Ends on",
        "Valid until",
        "Valid to",
        "Expiry",
        "Expiry date",
        "Expires on",
        "To",
    ),
    *(
        "終了",
        "終了日",
        "満了日",
        "有効期限",
        "有効期間終了",
        "有効期間終了日",
        "期限",
        "終期",
        "満期日",
        "有効期間至",
    ),
    *("종료일", "만료일", "유효기간 종료", "협정 만료일", "종료", "만기일"),
)
PERIOD = (
    *("Period", "Period of validity", "Validity", "Term of the agreement", "Years"),
    *("有効期間", "協定期間", "期間", "年数"),
    *("유효기간", "협정기간", "협정 기간", "기간"),
)
RENEWAL = (
    *("Renewal", "Automatic renewal", "Auto renewal", "Renewed automatically"),
    *("更新", "自動更新", "更新方法", "自動延長", "更新条項"),
    *("갱신", "자동갱신", "자동연장", "갱신 방법", "자동 갱신 여부"),
)
NOTICE = (
    *("Notice", "Notice period", "Notice months", "Months of notice", "Termination notice"),
    *("通知期間", "終了通知", "解約通知", "通告期間", "終了通告"),
    *("통지 기간", "종료 통지", "해지 통지", "통보 기간"),
)
DIRECTION = (
    *("Direction", "Out or in", "Incoming or outgoing"),
    *("方向", "派遣受入", "派遣／受入", "派遣受入区分", "派遣・受入の別"),
    *("방향", "파견수용", "파견/수용", "파견초청구분", "파견/초청"),
)
OUT = (
    *(
        "Places out",
        "Outgoing",
        "Out",
        "Places outgoing",
        "Number of outgoing students",
        "Students sent a year",
    ),
    *("派遣人数", "派遣枠", "派遣可能人数", "派遣", "派遣学生数", "派遣定員"),
    *("파견 인원", "파견 정원", "파견", "파견 가능 인원", "파견 학생 수"),
)
IN = (
    *(
        "Places in",
        "Incoming",
        "In",
        "Places incoming",
        "Number of incoming students",
        "Students received a year",
    ),
    *("受入人数", "受入枠", "受入可能人数", "受入", "受入学生数", "受入定員", "受け入れ人数"),
    *("수용 인원", "초청 인원", "수용 정원", "초청", "수용", "유치 인원"),
)
PLACES = (
    *("Places", "Places a year", "Number of students", "Students", "Exchange places", "Quota"),
    *("人数", "交換人数", "定員", "年間人数", "交換枠", "学生数", "募集枠"),
    *("인원", "교환 인원", "정원", "연간 인원", "교류 인원", "학생 수"),
)
MOBILITY = (
    *("Mobility", "Kind of mobility", "Mobility type", "Exchange type", "Type of exchange"),
    *("交流内容", "交流種別", "交流の種類", "交流形態"),
    *("교류 내용", "교류 종류", "교류 형태", "교류 유형"),
)
LEVELS = ("Study levels", "Levels", "対象課程", "対象学年", "対象", "학위과정", "대상 과정", "대상")
TERMS = (
    "Terms",
    "Semesters",
    "Intake",
    "受入時期",
    "派遣時期",
    "対象学期",
    "時期",
    "대상 학기",
    "학기",
    "파견 시기",
)
MONTHS = (
    *("Months", "Length of stay", "Duration of stay", "Duration", "Months of stay"),
    *("留学期間", "派遣期間", "滞在期間", "月数"),
    *("수학 기간", "파견 기간", "체류 기간", "개월 수"),
)
LANGUAGE_IS = (
    "Language is",
    "Required or recommended",
    "語学要件の区分",
    "必須推奨",
    "어학 요건 구분",
    "필수/권장",
)
TUITION = (
    *("Tuition", "Tuition waiver", "Fees"),
    *("授業料", "授業料等", "授業料不徴収", "授業料の取扱い", "学費"),
    *("등록금", "수업료", "학비", "등록금 면제"),
)
OTHER = (
    "Other terms",
    "Further terms",
    "その他の条件",
    "その他条件",
    "特記条件",
    "기타 조건",
    "그 밖의 조건",
    "특별 조건",
)

YEAR = (
    *("Year", "Academic year", "Fiscal year", "FY"),
    *("年度", "年", "実施年度", "対象年度"),
    *("연도", "학년도", "년도", "실시 연도"),
)
SENT = (
    *("Sent", "Students sent", "Outgoing", "Out", "Outbound"),
    *("派遣", "派遣数", "派遣人数", "派遣実績", "派遣学生数", "派遣者数"),
    *("파견", "파견 인원", "파견 수", "파견 실적", "파견 학생 수"),
)
RECEIVED = (
    *("Received", "Students received", "Incoming", "In", "Inbound"),
    *("受入", "受入数", "受入人数", "受入実績", "受入学生数", "受け入れ", "受入者数"),
    *(
        "수용",
        "초청",
        "수용 학생 수",
        "초청 학생 수",
        "수용 인원",
        "초청 인원",
        "수용 실적",
        "초청 실적",
        "유치 인원",
    ),
)
SENT_TERMS = ("Terms sent", "Semesters sent", "派遣学期数", "派遣学期", "파견 학기 수", "파견 학기")
RECEIVED_TERMS = (
    "Terms received",
    "Semesters received",
    "受入学期数",
    "受入学期",
    "수용 학기 수",
    "초청 학기 수",
)
