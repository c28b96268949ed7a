terraform import quay_organization_robot.builder 'acme:builder'
