"""Answers to our letters by plain mail: yes, no, and taking back.

The Message-ID of the letter stands in the answer, and only who got the letter knows it. A yes must also come from the
address we asked; taking back may come from any, for nobody is harmed by showing less.
"""

import re

from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.letters import Ask, Receipt, Renewal
from pivotino.control.testimonials.models import Road, Testimonial
from pivotino.letters.answers import hears
from pivotino.letters.models import Sent
from pivotino.letters.reading import Answer

END = r"(?:\s*,?\s*(?:please|thanks|thank you))?\s*[.!]*"
BACK = re.compile(
    rf"(?:please\s+)?(?:withdraw|remove|delete|take|tarik\s+balik)(?:\s+(?:it|this|that|me|my\s+\w+|back|down|off|everything))*{END}",
    re.I,
)
YES = re.compile(rf"(?:yes|ya|setuju|i\s+agree|agreed){END}", re.I)
NO = re.compile(rf"(?:no|tidak|i\s+do\s+not\s+agree){END}", re.I)


@hears(Ask, Renewal, Receipt)
def answered(answer: Answer, sent: Sent) -> bool:
    """Do what the first line says; anything longer is for a person to read."""
    testimonial = Testimonial.objects.filter(pk=sent.key.split(":")[1]).first()
    if testimonial is None:
        return False
    if BACK.fullmatch(answer.line):
        agreeing.withdraw(testimonial, how=Road.REPLY)
        return True
    if answer.sender.lower() != testimonial.email.lower():
        return False
    try:
        return _yes_or_no(answer, sent, testimonial)
    except agreeing.NotPossible:
        return False


def _yes_or_no(answer: Answer, sent: Sent, testimonial: Testimonial) -> bool:
    about = sent.key.split(":")[2:]
    question = testimonial.question
    asked = question is not None and about == ["ask", str(question.pk)]
    if YES.fullmatch(answer.line) and asked and question is not None:
        agreeing.agree(testimonial, digest=question.digest, how=Road.REPLY)
    elif YES.fullmatch(answer.line) and about[0] == "renewal":
        agreeing.renew(testimonial, how=Road.REPLY)
    elif NO.fullmatch(answer.line) and asked:
        agreeing.decline(testimonial)
    else:
        return False
    return True
