terraform import quay_organization.globex 'globex'
