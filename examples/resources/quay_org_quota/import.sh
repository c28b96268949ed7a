terraform import quay_org_quota.acme 'acme'
