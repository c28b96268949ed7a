terraform import quay_organization_team_sync.developers 'acme:developers'
