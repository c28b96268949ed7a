terraform import quay_organization_robot_federation.deploy 'acme:deploy'
