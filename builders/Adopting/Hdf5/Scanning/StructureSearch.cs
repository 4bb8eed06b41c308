using Pile.Format;
using Pile.Hdf5;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Finds the layout of a file from the start of its structure.</summary>
internal sealed class StructureSearch
{
    // Enough to recognize a group for each object; the groups after them are not read here.
    private const int MaxGroups = 200, MaxDatasets = 100_000, NamedLinks = 10;
    private const double LeastOverlap = 0.5;
    private readonly ForeignFile file;
    private readonly Dictionary<string, GroupFacts> groups = new(StringComparer.Ordinal);
    private readonly List<string> findings = [];
    private readonly HashSet<string> describedTables = new(StringComparer.Ordinal);
    private Hdf5Layout? otherLayout;

    private StructureSearch(ForeignFile file) => this.file = file;

    /// <summary>Finds the layout of a file, its tables, the depth of its objects, and what is left out.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="stored">The file.</param>
    /// <param name="required">The layout, if other files decide it: an object, or a table in the root; null to judge it.</param>
    /// <exception cref="Hdf5Exception">A group or dataset is corrupt.</exception>
    internal static FileScan Find(ForeignFile file, StoredFile stored, Hdf5Layout? required)
    {
        StructureSearch search = new(file);
        search.Read();
        (Hdf5Layout layout, IReadOnlyList<TablePlace> tables, int depth) = required switch
        {
            Hdf5Layout.Object => (Hdf5Layout.Object, [], 0),
            Hdf5Layout.Table when search.groups.TryGetValue("", out GroupFacts? root) => search.Table(root),
            _ => search.Decide(),
        };
        return new()
        {
            File = stored,
            Layout = layout,
            OtherLayout = search.otherLayout,
            Tables = tables,
            ObjectDepth = depth,
            Findings = search.findings,
        };
    }

    private void Read()
    {
        int datasets = 0;
        List<ForeignEntry> links = [];
        foreach (ForeignEntry entry in file.Walk())
        {
            if (entry.Kind is ForeignEntryKind.SoftLink or ForeignEntryKind.ExternalLink or ForeignEntryKind.UserDefinedLink)
                links.Add(entry);
            if (entry.Kind is not ForeignEntryKind.Dataset)
                continue;
            if (AstropyTable.TableOf(entry.Path) is { } table)
            {
                describedTables.Add(table);
                continue;
            }
            string parent = entry.Path[..Math.Max(entry.Path.LastIndexOf('/'), 0)];
            if (!groups.TryGetValue(parent, out GroupFacts? facts))
            {
                if (groups.Count == MaxGroups)
                    break;
                groups.Add(parent, facts = new(parent, entry.Depth));
            }
            ForeignDataset? dataset = ObjectParts.TryOpen(file, entry, findings);
            if (dataset is not null && CfAttributes.IsDimension(dataset))
                continue;
            if (dataset is { IsNull: true })
                findings.Add($"'{entry.Path}' has no value");
            else if (dataset is not null)
                facts.Datasets.Add(new(entry.Path, [.. dataset.Shape],
                    dataset.Shape.Count is 1 && dataset.Type.Kind is ForeignTypeKind.Compound));
            if (++datasets == MaxDatasets)
                break;
        }
        if (links.Count > 0)
            findings.Add("links are not followed: " + string.Join(", ", links.Take(NamedLinks).Select(link =>
                $"'{link.Path}' to '{link.Link.TargetPath}'" + (link.Link.TargetFile is { } target ? $" in the file '{target}'" : "")))
                + (links.Count > NamedLinks ? $" and {links.Count - NamedLinks} more" : ""));
    }

    private (Hdf5Layout, IReadOnlyList<TablePlace>, int) Decide()
    {
        groups.TryGetValue("", out GroupFacts? root);
        GroupFacts[] below = [.. groups.Values.Where(group => group.Depth > 0 && group.Datasets.Count > 0)];
        if (root is { HasSingleKey: true, HasRowKey: false })
        {
            if (root.Datasets.All(dataset => dataset.Shape is [1, ..]))
                return Table(root);
            otherLayout = root.HasOnlyRowsOfKeys ? Hdf5Layout.Table : null;
            return (Hdf5Layout.Object, [], 0);
        }
        if (root is { HasRowKey: true } or { HasTable: true })
            return Table(root);
        if (root?.WithRows.Any() is true && HasPositionAttributes())
            return (Hdf5Layout.Object, [], 0);
        if (root?.Rows.Datasets > 1)
            return UnlessOthersAreObjects(root);
        int nearest = below.Length is 0 ? 0 : below.Min(group => group.Depth);
        GroupFacts[] level = [.. below.Where(group => group.Depth == nearest)];
        if (level.Length > 1 && Overlap(level) >= LeastOverlap)
            return Objects(level, nearest);
        if (level is [{ HasSingleKey: true, HasRowKey: false }] && nearest <= 2)
            return (Hdf5Layout.Groups, [], nearest);
        if (root?.WithRows.Any() is true)
            return root.WithRows.Count() is 1 ? UnlessOthersAreObjects(root) : (Hdf5Layout.Object, [], 0);
        if (below.Where(group => group.WithRows.Any()).OrderByDescending(group => group.HasRowKey || group.HasTable)
            .ThenByDescending(group => (double)group.Rows.Datasets * group.Rows.RowCount).ThenBy(group => group.Depth)
            .FirstOrDefault() is { } best)
            return best.HasRowKey || best.HasTable ? Table(best) : UnlessOthersAreObjects(best);
        return root is { Datasets.Count: > 0 } || below.Length > 0 ? (Hdf5Layout.Object, [], 0) : (Hdf5Layout.None, [], 0);
    }

    /// <summary>Returns true if the file has one position, in its attributes.</summary>
    private bool HasPositionAttributes()
    {
        IReadOnlyList<ForeignAttribute> attributes = file.ReadAttributes();
        return Has(PositionWords.Ra) && Has(PositionWords.Dec);

        bool Has(PositionWords words) => attributes.Any(attribute => words.Names.Contains(attribute.Name, StringComparer.OrdinalIgnoreCase)
            && FieldReader.FieldOf(attribute, "") is not null);
    }

    /// <summary>Returns a table that is judged by lengths alone: the arrays of one object may happen to have equal lengths.</summary>
    private (Hdf5Layout, IReadOnlyList<TablePlace>, int) UnlessOthersAreObjects(GroupFacts group)
    {
        otherLayout = Hdf5Layout.Object;
        return Table(group);
    }

    /// <summary>Decides between equal tables in several groups and a group for each object.</summary>
    private (Hdf5Layout, IReadOnlyList<TablePlace>, int) Objects(GroupFacts[] level, int depth)
    {
        if (level.Any(group => group.HasRowKey || group.HasOnlyTables) && !level.Any(group => group.HasSingleKey))
        {
            findings.Add($"the rows of {level.Length} groups with equal columns are joined: '{level[0].Path}' to '{level[^1].Path}'");
            return (Hdf5Layout.Table, [.. level.Select(PlaceOf)], 0);
        }
        // Parts of an object have the same name in all objects, the objects do not.
        int names = level.Select(group => group.Path[(group.Path.LastIndexOf('/') + 1)..]).Distinct(StringComparer.Ordinal).Count();
        int parents = level.Select(group => group.Path[..Math.Max(group.Path.IndexOf('/'), 0)]).Distinct(StringComparer.Ordinal).Count();
        return (Hdf5Layout.Groups, [], depth > 1 && parents > 1 && names <= level.Length / 2 ? 1 : Math.Min(depth, 2));
    }

    private (Hdf5Layout, IReadOnlyList<TablePlace>, int) Table(GroupFacts group)
    {
        TablePlace place = PlaceOf(group);
        HashSet<string> used = [.. place.Datasets.Select(dataset => dataset.Path)];
        DatasetPlace[] others = [.. groups.Values.SelectMany(other => other.Datasets).Where(dataset => !used.Contains(dataset.Path))];
        if (others.Length > 0)
            findings.Add($"{others.Length} {(others.Length is 1 ? "dataset is" : "datasets are")} left out, because the table "
                + $"{(place.Group.Length is 0 ? "in the root" : $"'{place.Group}'")} has {place.RowCount} rows: "
                + $"{string.Join(", ", others.Take(5).Select(dataset => $"'{dataset.Path}' [{string.Join(", ", dataset.Shape)}]"))}"
                + (others.Length > 5 ? " …" : ""));
        return (Hdf5Layout.Table, [place], 0);
    }

    private TablePlace PlaceOf(GroupFacts group)
    {
        long rows = group.Rows.RowCount;
        DatasetPlace[] own = [.. group.WithRows.Where(dataset => dataset.Shape[0] == rows)];
        bool isOneTable = own is [{ IsTable: true }];
        string prefix = group.Path.Length is 0 ? "" : group.Path + "/";
        IEnumerable<DatasetPlace> nested = rows < 2 || isOneTable ? [] : groups.Values
            .Where(other => other != group && other is { HasRowKey: false, HasTable: false }
                && other.Path.StartsWith(prefix, StringComparison.Ordinal))
            .SelectMany(other => other.WithRows).Where(dataset => dataset.Shape[0] == rows);
        return new(group.Path, rows,
            [.. own.Concat(nested).Select(dataset => (dataset.Path, isOneTable ? "" : NameOf(dataset.Path),
                describedTables.Contains(dataset.Path)))]);

        string NameOf(string path) => FieldNames.OfPath(path.AsSpan(prefix.Length));
    }

    /// <summary>Returns the mean part of the other groups that have the datasets of a group: 1 if all have the same, 0 if no name
    /// occurs twice.</summary>
    private static double Overlap(GroupFacts[] level)
    {
        HashSet<string> names = [.. level.SelectMany(group => group.Datasets).Select(dataset => dataset.Name)];
        return (level.Sum(group => (double)group.Datasets.Count) - names.Count) / ((double)names.Count * (level.Length - 1));
    }
}
