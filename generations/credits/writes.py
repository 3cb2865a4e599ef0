"""The statement that promises credits, in its parts: see core.statement.

Given are: team, user, mode, day, total, now. None of them is ever NULL: PostgreSQL would not know
of what type.
"""

from generations.core.statement import Sent, Write
from generations.credits.models import Hold

# The plan's limit, tightened by the member's own; NULL where neither has one.
MEANS = Write(
    "means",
    kept="""
    SELECT CASE WHEN own.daily_limit IS NULL OR plan.daily_limit < own.daily_limit
        THEN plan.daily_limit ELSE own.daily_limit END AS daily_limit
    FROM generations_account AS wallet
    JOIN generations_plan AS plan ON plan.id = wallet.plan_id
    LEFT JOIN generations_membership AS own
        ON own.team_id = wallet.team_id AND own.user_id = %(user)s
    WHERE wallet.team_id = %(team)s AND wallet.mode = %(mode)s
    AND wallet.kind = 'wallet'
    """,
)
LIMIT = "(SELECT daily_limit FROM {means} AS means)"
DAY = Write(
    "day",
    f"""
    INSERT INTO generations_userday AS kept
        (team_id, user_id, day, mode, reserved, spent, has_key_days)
    SELECT %(team)s, %(user)s, %(day)s, %(mode)s, %(total)s, 0, false
    WHERE %(total)s <= coalesce({LIMIT}, %(total)s)
    ON CONFLICT (team_id, user_id, day, mode) DO UPDATE SET reserved = kept.reserved + %(total)s
    WHERE {LIMIT} IS NULL OR kept.reserved + kept.spent + %(total)s <= {LIMIT}
    RETURNING has_key_days
    """,
    """
    SELECT * FROM generations_userday
    WHERE team_id = %(team)s AND user_id = %(user)s AND day = %(day)s AND mode = %(mode)s
    """,
    is_guard=True,
)
WALLET = Write(
    "wallet",
    """
    UPDATE generations_account SET held = held + %(total)s
    WHERE team_id = %(team)s AND mode = %(mode)s AND kind = 'wallet'
    AND frozen_at IS NULL AND (NOT is_enforced OR posted >= held + %(total)s)
    AND EXISTS (SELECT 1 FROM {day} AS day)
    RETURNING id, posted, held
    """,
    """
    SELECT * FROM generations_account
    WHERE team_id = %(team)s AND mode = %(mode)s AND kind = 'wallet'
    """,
    is_guard=True,
)
HOLDS = Write(
    "holds",
    """
    INSERT INTO generations_hold
        (account_id, user_id, project_id, reference, api_key, day, amount, created_at)
    SELECT wallet.id, %(user)s, ask.project_id, ask.reference, ask.api_key, %(day)s, ask.amount,
        %(now)s
    FROM {asks} AS ask, {wallet} AS wallet ORDER BY ask.id
    RETURNING id, account_id, project_id, reference, amount
    """,
    "SELECT * FROM generations_hold WHERE reference IN (SELECT reference FROM {asks} AS ask)",
)
ENTRIES = Write(
    "entries",
    """
    INSERT INTO generations_entry (
        account_id, kind, posted, held, posted_after, held_after, day, user_id, project_id,
        hold_id, reference, reason, at
    )
    SELECT wallet.id, 'hold', 0, hold.amount, wallet.posted,
        wallet.held - %(total)s + sum(hold.amount) OVER (ORDER BY hold.id), %(day)s, %(user)s,
        hold.project_id, hold.id, hold.reference, '', %(now)s
    FROM {holds} AS hold, {wallet} AS wallet ORDER BY hold.id
    """,
)
ASKS = Sent("asks", Hold)  # reference, amount, project and API key; the id is their order
HELD = """
    SELECT hold.id, hold.account_id, day.has_key_days
    FROM {holds} AS hold, {day} AS day ORDER BY hold.id
"""
TODAY = (MEANS, DAY)
PROMISE = (MEANS, DAY, WALLET, HOLDS, ENTRIES)
