terraform import quay_organization_default_permission.devs 'acme:aff0604d-4de0-4db1-9eaa-b55021c20504'
