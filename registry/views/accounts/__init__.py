"""Pages of accounts: signing in, own account, team, inbox, administration, audit."""

from registry.views.accounts import account, admin, auth, inbox, joining, letters, lists, registering, team

blueprints = (
    account.blueprint,
    admin.blueprint,
    auth.blueprint,
    inbox.blueprint,
    joining.blueprint,
    letters.blueprint,
    lists.blueprint,
    registering.blueprint,
    team.blueprint,
)
