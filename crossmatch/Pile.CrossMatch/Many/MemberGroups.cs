using System.Globalization;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Groups of rows of several sides that pairs of different sides connect: friends of friends (STILTS <c>tmatchn</c>,
/// <c>multimode=group</c>).</summary>
/// <remarks>All rows of all sides are numbered one after the other: those of A first. Groups are numbered from 0 in the order of their
/// first rows, so that they do not depend on the order of the pairs. They use 12 bytes of memory for each row of all sides.</remarks>
internal sealed class MemberGroups
{
    private readonly int[] firstOfSide;
    private readonly FriendGroups friends;
    private readonly Lock turn = new();
    private int[] members = [], starts = [];
    private int[][] countsOfSide = [];

    /// <param name="rowsOfSide">The number of rows of each side.</param>
    /// <exception cref="ArgumentException">There are too many rows.</exception>
    internal MemberGroups(int[] rowsOfSide)
    {
        if (rowsOfSide.Sum(r => (long)r) > Array.MaxLength)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The sides have more than {Array.MaxLength:N0} rows together, the maximum for a match of groups. "
                + $"Match parts of the sky separately."));
        firstOfSide = new int[rowsOfSide.Length + 1];
        for (int side = 0; side < rowsOfSide.Length; side++)
            firstOfSide[side + 1] = firstOfSide[side] + rowsOfSide[side];
        friends = new FriendGroups(firstOfSide[^1]);
    }

    /// <summary>The number of groups.</summary>
    internal int Count => starts.Length - 1;

    /// <summary>The number of members of all groups.</summary>
    internal int MemberCount => members.Length;

    /// <summary>The number of sides.</summary>
    internal int SideCount => firstOfSide.Length - 1;

    /// <summary>Connects the rows of pairs.</summary>
    internal void Link(int sideA, int sideB, PairBuffer pairs)
    {
        lock (turn)
            for (int i = 0; i < pairs.Count; i++)
                friends.Link(firstOfSide[sideA] + pairs.RowA[i], firstOfSide[sideB] + pairs.RowB[i]);
    }

    /// <summary>Completes the groups.</summary>
    internal void Complete()
    {
        (int[] groups, List<int> sizes) = friends.Number();
        starts = new int[sizes.Count + 1];
        for (int group = 0; group < sizes.Count; group++)
            starts[group + 1] = starts[group] + sizes[group];
        members = new int[starts[^1]];
        int[] next = starts[..^1];
        countsOfSide = [.. Enumerable.Range(0, SideCount).Select(_ => new int[sizes.Count])];
        for (int side = 0; side < SideCount; side++)
            for (int row = firstOfSide[side]; row < firstOfSide[side + 1]; row++)
                if (groups[row] is > 0 and int group)
                {
                    members[next[group - 1]++] = row;
                    countsOfSide[side][group - 1]++;
                }
    }

    /// <summary>Returns the number of members of a group.</summary>
    internal int SizeOf(int group) => starts[group + 1] - starts[group];

    /// <summary>Returns the number of members of a group that are rows of a side.</summary>
    internal int CountOf(int side, int group) => countsOfSide[side][group];

    /// <summary>Returns the number of rows of a side that are in a group.</summary>
    internal long RowsInGroups(int side) => countsOfSide[side].Sum(c => (long)c);

    /// <summary>Returns the first row of a side in a group; -1 without one.</summary>
    internal int FirstOf(int side, int group)
    {
        if (countsOfSide[side][group] == 0)
            return -1;
        int at = starts[group]; // members are in the order of the sides
        for (int before = 0; before < side; before++)
            at += countsOfSide[before][group];
        return members[at] - firstOfSide[side];
    }

    /// <summary>Returns the members of all groups, group by group, those of A first: group, side, row of the side.</summary>
    /// <param name="first">The first member.</param>
    /// <param name="count">The number of members.</param>
    internal (int[] Group, int[] Side, int[] Row) Members(int first, int count)
    {
        (int[] groups, int[] sides, int[] rows) = (new int[count], new int[count], new int[count]);
        int group = Array.BinarySearch(starts, first);
        group = group < 0 ? ~group - 1 : group;
        for (int i = 0; i < count; i++)
        {
            while (starts[group + 1] <= first + i)
                group++;
            int member = members[first + i], side = 0;
            while (member >= firstOfSide[side + 1])
                side++;
            (groups[i], sides[i], rows[i]) = (group, side, member - firstOfSide[side]);
        }
        return (groups, sides, rows);
    }
}
