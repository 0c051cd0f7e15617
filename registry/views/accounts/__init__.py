"""Pages of accounts: signing in, own account, team, inbox, administration, audit."""

from registry.views.accounts import account, admin, auth, inbox, lists, team

blueprints = (
    account.blueprint,
    admin.blueprint,
    auth.blueprint,
    inbox.blueprint,
    lists.blueprint,
    team.blueprint,
)
