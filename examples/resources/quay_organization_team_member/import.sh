terraform import quay_organization_team_member.alice 'acme:devs:alice'
