using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>The columns that all datasets of one kind have in common, defined in <c>format-spec/modalities/*.yaml</c>, which is
/// embedded in this assembly.</summary>
public sealed class Modality
{
    private static readonly ConcurrentDictionary<(string, PositionFrame?, bool), Modality> Loaded = new();

    private static readonly Dictionary<string, DType> DTypeWords = ManifestWords.OfDTypes();

    private Modality(string name, string description, string? group, ImmutableArray<ModalityColumn> columns,
        IReadOnlyDictionary<string, string> aliases, PositionFrame? frame, bool hasTiles)
    {
        (Name, Description, Group, Columns, Aliases) = (name, description, group, columns, aliases);
        (Frame, HasTiles) = (frame, hasTiles);
    }

    /// <summary>The modality of files of any kind.</summary>
    internal const string OfFiles = "file";

    /// <summary>The modality of scenes of the earth.</summary>
    internal const string OfScenes = "scene";

    /// <summary>The modality of chips of scenes.</summary>
    internal const string OfChips = "chip";

    /// <summary>Returns whether shards of a modality have compressed lists: those that format 1.0 lacks, because its readers expect
    /// contiguous ones.</summary>
    internal static bool HasCompressedLists(string modality) => modality is OfFiles or OfScenes or OfChips;

    /// <summary>The names of all modalities that this version defines.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["image", "spectrum", "cube", "time-series", "catalogue", OfFiles, OfScenes, OfChips];

    /// <summary>The columns of every observation with a position on the sky: object_id, ra, dec, healpix …</summary>
    internal static Modality Common => Get("common");

    /// <summary>The columns that this modality shares with the others.</summary>
    internal Modality Shared => Get("common", Frame, HasTiles);

    /// <summary>The frame of the positions of rows; null if they have none.</summary>
    internal PositionFrame? Frame { get; }

    /// <summary>True if the cells of the dataset are tiles.</summary>
    internal bool HasTiles { get; }

    /// <summary>True if rows have positions.</summary>
    internal bool HasPositions => Frame is not null;

    /// <summary>The modality's name.</summary>
    public string Name { get; }

    /// <summary>A description of one line.</summary>
    public string Description { get; }

    /// <summary>The prefix of its columns (<c>image</c> in <c>image_array</c>); additional groups are named as in
    /// <c>image_wise_array</c>.</summary>
    internal string? Group { get; }

    /// <summary>Its own columns, without the common ones.</summary>
    internal ImmutableArray<ModalityColumn> Columns { get; }

    /// <summary>Alternative names of its columns.</summary>
    internal IReadOnlyDictionary<string, string> Aliases { get; }

    /// <summary>Returns the modality with a name.</summary>
    /// <exception cref="ArgumentException">There is no such modality.</exception>
    public static Modality Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Get(name, PositionFrame.Icrs);
    }

    /// <summary>Returns the modality of a dataset whose rows have positions in a frame, or have none.</summary>
    /// <inheritdoc cref="Get(string)" path="/exception"/>
    internal static Modality Get(string name, PositionFrame? frame, bool hasTiles = false) => name == "common" || Names.Contains(name)
        ? Loaded.GetOrAdd((name, frame, hasTiles), Load)
        : throw new ArgumentException($"There is no modality '{name}'. The modalities are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Returns the modality of a dataset with a partition.</summary>
    /// <inheritdoc cref="Get(string)" path="/exception"/>
    internal static Modality Get(string name, Partition partition) => Get(name, partition.Frame, partition.Grid is not null);

    /// <summary>Returns a column of the modality with an actual dtype and shape, ready for a dataset.</summary>
    /// <param name="name">The column, for example <c>spectrum_flux</c>; the common columns are included.</param>
    /// <param name="type">The dtype.</param>
    /// <param name="shape">The shape of one row; <see cref="ColumnSchema.Ragged"/> for a variable length.</param>
    /// <param name="unit">The unit, if the modality does not define it.</param>
    /// <exception cref="ArgumentException">The modality does not define the column.</exception>
    public ColumnSchema Column(string name, DType type, ImmutableArray<int> shape, string? unit = null) => Find(name) is { } column
        ? column.With(type, shape, unit)
        : throw new ArgumentException(
            $"The modality '{Name}' does not define the column '{name}'. Its columns are {string.Join(", ", Columns.Select(c => c.Name))}.",
            nameof(name));

    /// <summary>Returns the definition of a column, including the common ones; <c>image_wise_array</c> is defined as <c>image_array</c>.
    /// Null for a native column.</summary>
    internal ModalityColumn? Find(string columnName)
    {
        ModalityColumn? column = Columns.FirstOrDefault(c => c.Name == columnName);
        if (column is null && Name != "common")
            column = Shared.Find(columnName);
        if (column is not null || Group is null || !columnName.StartsWith(Group + "_", StringComparison.Ordinal))
            return column;
        int last = columnName.LastIndexOf('_');
        foreach (ModalityColumn candidate in Columns)
        {
            if (!candidate.Name.StartsWith(Group + "_", StringComparison.Ordinal))
                continue; // spaxel_size applies to the complete row
            string suffix = candidate.Name[Group.Length..];
            if (columnName.EndsWith(suffix, StringComparison.Ordinal) && columnName.Length > Group.Length + suffix.Length && last > 0)
                return candidate with { Name = columnName, IsRequired = false, IsRecommended = false };
        }
        return null;
    }

    /// <summary>Returns the group of a column with axes, for example <c>image</c> or <c>image_wise</c>, the scope of axis names.</summary>
    internal string GroupOf(string columnName)
    {
        string prefix = Group ?? "";
        if (Columns.Any(c => c.Name == columnName))
            return prefix;
        foreach (ModalityColumn column in Columns)
            if (column.Name.StartsWith(prefix + "_", StringComparison.Ordinal)
                && columnName.EndsWith(column.Name[prefix.Length..], StringComparison.Ordinal))
                return columnName[..^(column.Name.Length - prefix.Length)];
        return prefix;
    }

    private static Modality Load((string, PositionFrame?, bool) key)
    {
        (string name, PositionFrame? frame, bool hasTiles) = key;
        YamlMap root = ReadDefinition(name);
        IEnumerable<ModalityColumn> columns = ColumnsOf(root);
        if (name == "common" && frame?.IsEarth == true)
            columns = columns.Concat(ColumnsOf(ReadDefinition("earth")));
        return new Modality(name, root.Text("description"), root.TextOrNull("group"), [.. columns.Where(c => c.IsOf(frame, hasTiles))],
            root.Required("aliases").AsMap().Entries.ToDictionary(e => e.Key.Text, e => e.Value.AsScalar().Text,
                StringComparer.Ordinal), frame, hasTiles);
    }

    private static IEnumerable<ModalityColumn> ColumnsOf(YamlMap root) =>
        root.Required("columns").AsMap().Entries.Select(e => ReadColumn(e.Key.Text, e.Value.AsMap()));

    private static YamlMap ReadDefinition(string name)
    {
        string resource = $"modalities/{name}.yaml";
        using Stream stream = typeof(Modality).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is not embedded in Pile.Format.");
        using StreamReader reader = new(stream);
        YamlMap root = YamlReader.Read(reader.ReadToEnd(), $"format-spec/{resource}").AsMap();
        root.RequireKeys("modality", "version", "description", "group", "columns", "aliases");
        return root;
    }

    private static ModalityColumn ReadColumn(string name, YamlMap map)
    {
        map.RequireKeys("dtype", "dims", "ragged", "storage", "positions", "frame", "tiles", "required", "recommended", "padding", "mask",
            "time", "lengths_of", "encoding", "unit", "ucd", "description");
        YamlNode dtype = map.Required("dtype");
        YamlScalar? padding = map.Find("padding")?.AsScalar();
        return new ModalityColumn
        {
            Name = name,
            DTypes = dtype is YamlList several ? [.. several.Items.Select(t => t.AsScalar().AsOneOf(DTypeWords))]
                : [dtype.AsScalar().AsOneOf(DTypeWords)],
            Dims = [.. map.Required("dims").AsList().Items.Select(d => d.AsScalar().Text)],
            MayBeRagged = map.Find("ragged")?.AsScalar().AsBool() ?? false,
            Storage = map.Text("storage") == "heavy" ? ColumnStorage.Heavy : ColumnStorage.Light,
            OfPositions = map.Find("positions")?.AsScalar().AsBool(),
            OfFrame = map.TextOrNull("frame"),
            OfTiles = map.Find("tiles")?.AsScalar().AsBool(),
            IsRequired = map.Find("required")?.AsScalar().AsBool() ?? false,
            IsRecommended = map.Find("recommended")?.AsScalar().AsBool() ?? false,
            Padding = padding is null ? Padding.Zero : padding.Text == "edge" ? Padding.Edge : new Padding(padding.AsDoubleOrNaN()),
            MaskPolarity = map.Find("mask")?.AsScalar().AsOneOf(ManifestWords.Masks),
            LengthsOf = map.TextOrNull("lengths_of"),
            IsTime = map.Find("time")?.AsScalar().AsBool() ?? false,
            Encoding = map.TextOrNull("encoding"),
            Unit = map.TextOrNull("unit"),
            Ucd = map.TextOrNull("ucd"),
            Description = map.TextOrNull("description"),
        };
    }
}
