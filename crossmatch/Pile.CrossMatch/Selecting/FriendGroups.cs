namespace Pile.CrossMatch;

/// <summary>Finds groups of rows that pairs link: friends of friends.</summary>
internal sealed class FriendGroups
{
    private readonly int[] parents;

    internal FriendGroups(int rows)
    {
        parents = new int[rows];
        for (int row = 0; row < rows; row++)
            parents[row] = row;
    }

    /// <summary>Links two rows. The first row of a group represents it, so that groups do not depend on the order of pairs.</summary>
    internal void Link(int rowA, int rowB)
    {
        (int a, int b) = (FirstOf(rowA), FirstOf(rowB));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>Returns the number of each row's group, from 1 in the order of their first rows, or 0 for a row in no group; and the size
    /// of each group.</summary>
    internal (int[] GroupOfRow, List<int> Sizes) Number()
    {
        int[] sizes = new int[parents.Length], groups = new int[parents.Length];
        for (int row = 0; row < parents.Length; row++)
            sizes[FirstOf(row)]++;
        List<int> sizeOfGroup = [];
        for (int row = 0; row < parents.Length; row++)
        {
            int first = FirstOf(row);
            if (sizes[first] < 2)
                continue;
            if (first == row)
            {
                sizeOfGroup.Add(sizes[row]);
                groups[row] = sizeOfGroup.Count;
            }
            else
                groups[row] = groups[first];
        }
        return (groups, sizeOfGroup);
    }

    private int FirstOf(int row)
    {
        while (parents[row] != row)
            row = parents[row] = parents[parents[row]];
        return row;
    }
}
