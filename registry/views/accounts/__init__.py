"""Pages of accounts: signing in, own account, team, inbox, administration, audit."""

from registry.views.accounts import account, admin, auth, inbox, letters, lists, team

blueprints = (
    account.blueprint,
    admin.blueprint,
    auth.blueprint,
    inbox.blueprint,
    letters.blueprint,
    lists.blueprint,
    team.blueprint,
)
