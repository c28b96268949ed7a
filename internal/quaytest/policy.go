package quaytest

import "slices"

// policyOwner is a kind of objects that have policies: organizations, repositories or
// the token's user.
type policyOwner struct {
	name, path string
	noun       string // in messages
	authorizes bool   // whether the rights are checked before the body
	// of returns the object of the path, or nil if it does not exist. It returns an error if
	// the user may not see the object.
	of func(c *call) (any, error)
}

var (
	organizationOwner = policyOwner{"Organization", "/organization/{orgname}", "namespace", false, (*call).policyOrganization}
	repositoryOwner   = policyOwner{"Repository", "/repository/{repository}", "repository", true, (*call).policyRepository}
	userOwner         = policyOwner{"User", "/user", "namespace", true, (*call).policyUser}
)

func (c *call) policyOrganization() (any, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if a := c.store.namespace(c.params["orgname"]); a != nil {
		return a, nil
	}
	return nil, nil //nolint:nilnil // a missing object has an empty list
}

func (c *call) policyRepository() (any, error) {
	r, err := c.administeredRepository()
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, notFound()
	}
	return r, nil
}

func (c *call) policyUser() (any, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	return c.user, nil
}

// policy is a policy of an organization, a repository or a user.
type policy interface {
	comparable
	lastWritten() int
	id() string
}

// policies are the policies of each account or repository.
type policies[P policy] map[any][]P

// of returns the policies of an object by their last write.
func (all policies[P]) of(object any) []P {
	list := slices.Clone(all[object])
	slices.SortFunc(list, byWrite)
	return list
}

func (all policies[P]) count() int {
	n := 0
	for _, list := range all {
		n += len(list)
	}
	return n
}

// list returns the views of the policies of the object of the path.
func (all policies[P]) list(c *call, o policyOwner, viewOf func(P) view) (response, error) {
	object, err := o.of(c)
	if err != nil {
		return response{}, err
	}
	views := []view{}
	for _, p := range all.of(object) {
		views = append(views, viewOf(p))
	}
	return ok(view{"policies": views})
}

// find returns the policy of the path and the object that has it.
func (all policies[P]) find(c *call, o policyOwner) (object any, p P, err error) {
	object, err = o.of(c)
	if err != nil {
		return nil, p, err
	}
	for _, p := range all.of(object) {
		if p.id() == c.params["policy_uuid"] {
			return object, p, nil
		}
	}
	return nil, p, notFound()
}

// remove deletes the policy of the path. It returns the response, and the object that had
// the policy.
func (all policies[P]) remove(c *call, o policyOwner) (response, any, error) {
	object, p, err := all.find(c, o)
	if err != nil {
		return response{}, nil, err
	}
	all[object] = slices.DeleteFunc(all[object], func(other P) bool { return other == p })
	resp, err := ok(view{"uuid": p.id()})
	return resp, object, err
}

// logPolicy adds an entry about a policy to the usage logs.
func (c *call) logPolicy(kind string, object any, metadata view) {
	owner, isAccount := object.(*account)
	if !isAccount {
		r := object.(*repository)
		owner = r.owner
		metadata["repo"] = r.name
	}
	metadata["namespace"] = owner.name
	c.log(kind, owner, metadata)
}
