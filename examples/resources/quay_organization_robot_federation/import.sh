terraform import quay_organization_robot_federation.ci 'acme:ci'
