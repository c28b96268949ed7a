package account

import "strings"

// TeamMembers is the name of a team's members among the wholes of all types.
func TeamMembers(organization, team string) string {
	if organization == "" || team == "" {
		return ""
	}
	return organization + ":" + team
}

// AllPeople is the part of a team's members that a synchronization manages.
const AllPeople = "all people"

// IsPerson tells whether a member of a team is a person, by name. A robot's name contains a
// "+".
func IsPerson(member string) bool { return member != AllPeople && !strings.Contains(member, "+") }
