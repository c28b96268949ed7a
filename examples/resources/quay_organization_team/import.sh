terraform import quay_organization_team.platform 'acme:platform'
