using System.Text;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Members of a tar archive grouped by their stems: the row and the column of each. Rows have the order of their first
/// members.</summary>
internal sealed class TarGroups
{
    private readonly PathIndex stems = new();

    private TarGroups(string[] endings) => Endings = endings;

    /// <summary>The endings, sorted.</summary>
    internal string[] Endings { get; }

    /// <summary>The paths of the rows.</summary>
    internal PathList Stems => stems.Paths;

    /// <summary>The members of each row, in the order of rows, with the number of their ending.</summary>
    internal (int Row, int Column, int Member)[] Cells { get; private set; } = [];

    /// <summary>Groups members.</summary>
    /// <param name="address">The archive, for messages.</param>
    /// <param name="paths">The paths of the archive.</param>
    /// <param name="members">The members.</param>
    /// <exception cref="SourceUnreadableException">There are too many endings; or two members have the same stem and ending.</exception>
    internal static TarGroups Of(string address, PathList paths, TarMember[] members)
    {
        Dictionary<string, int> columnOf = new(StringComparer.Ordinal);
        string[] endings = new string[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            ReadOnlySpan<byte> path = paths[members[i].Path];
            endings[i] = FileStem.EndingOf(path, FileStem.LengthOf(path));
            if (columnOf.TryAdd(endings[i], 0))
                StemGroups.RequireFew(address, columnOf.Keys);
        }
        TarGroups groups = new([.. columnOf.Keys.Order(StringComparer.Ordinal)]);
        for (int column = 0; column < groups.Endings.Length; column++)
            columnOf[groups.Endings[column]] = column;
        groups.Cells = new (int, int, int)[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            ReadOnlySpan<byte> path = paths[members[i].Path];
            groups.Cells[i] = (groups.stems.Add(path[..FileStem.LengthOf(path)], out _), columnOf[endings[i]], i);
        }
        Array.Sort(groups.Cells);
        for (int i = 1; i < groups.Cells.Length; i++)
            if ((groups.Cells[i].Row, groups.Cells[i].Column) == (groups.Cells[i - 1].Row, groups.Cells[i - 1].Column))
                throw StemGroups.Twice(address, Shown(groups.Cells[i - 1].Member), Shown(groups.Cells[i].Member));
        return groups;

        string Shown(int member) => $"{Encoding.UTF8.GetString(paths[members[member].Path])} (at byte {members[member].Offset})";
    }
}
