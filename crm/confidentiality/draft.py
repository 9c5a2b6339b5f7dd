"""What the first version of the terms may say: a draft for the operator's counsel, offered in the form."""

MONTHS = 24
TEXT_ZH = """一、保密信息：本平台资料室及企业档案中标注为“签署保密后可见”的全部内容，包括商业计划\
、财务数据、技术资料、客户信息、股权结构和交易条件。
二、用途：仅用于评估对有关企业的投资，不得用于其他目的，不得用于与该企业竞争。
三、范围：仅限本机构中因评估需要知悉的人员，每人须以自己的账号阅读；不得转发、转售、公开或上传至第三方服务。
四、例外：已经公开的信息、在阅读之前合法知悉的信息、依法或应监管要求必须披露的信息；依法披露前应通知本平台。
五、留痕：每次打开和下载都会被记录，页面上带有阅读人姓名、机构和时间的水印。
六、返还与销毁：经企业或本平台要求，应停止使用并删除已下载的文件。
七、期限：自接受之日起至页面所示日期止；期满后，对已获知的商业秘密仍负保密义务，直至其公开。
八、本平台为中立的对接方，资料由企业提供；本条款不构成任何要约或投资建议。"""
TEXT_EN = """1. Confidential information: everything in the data rooms and profiles of this platform \
that is marked as visible after confidentiality, such as business plans, financials, technology, \
customers, shareholders and terms of a deal.
2. Purpose: solely to assess an investment in the company concerned; for no other purpose, and not to compete with it.
3. Who may know: people of your institution who need it for that assessment, each reading by an \
account of their own; no forwarding, resale, publication or upload to services of others.
4. Exceptions: what is public, what you lawfully knew before reading it, and what law or a regulator \
requires you to disclose; tell this platform before such a disclosure.
5. Traces: every opening and download is recorded, and pages carry the reader's name, institution and the time.
6. Return and deletion: when the company or this platform asks, stop using the files and delete those you downloaded.
7. Term: from the day of acceptance until the day shown on the page; trade secrets stay confidential \
afterwards until they are public.
8. This platform is a neutral matchmaker; the companies supply the material. These terms are neither \
an offer nor investment advice."""
