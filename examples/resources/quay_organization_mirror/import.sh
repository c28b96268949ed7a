terraform import quay_organization_mirror.mirrored 'mirrored'
