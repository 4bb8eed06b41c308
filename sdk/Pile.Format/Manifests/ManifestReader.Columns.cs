using System.Collections.Immutable;
using System.Globalization;
using Pile.Format.Yaml;

namespace Pile.Format;

internal static partial class ManifestReader
{
    private static readonly Dictionary<string, DType> DTypeWords = ManifestWords.OfDTypes();

    private static readonly Dictionary<string, ColumnRole> RoleWords = new(StringComparer.Ordinal)
    {
        ["standard"] = ColumnRole.Standard,
        ["native"] = ColumnRole.Native,
    };

    private static ImmutableArray<ColumnSchema> ReadColumns(YamlList list, FormatVersion version, bool hasShards)
    {
        ImmutableArray<ColumnSchema> columns = [.. list.Items.Select(c => ReadColumn(c.AsMap(), version))];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
            if (!names.Add(columns[i].Name))
                throw list.Items[i].Invalid($"the column '{columns[i].Name}' is listed twice");
            else if (!hasShards && columns[i].Storage == ColumnStorage.Heavy)
                throw list.Items[i].Invalid($"expected light columns only, because there are no shards; '{columns[i].Name}' is heavy");
            else if (hasShards && columns[i].IsOutside)
                throw list.Items[i].Invalid($"the column '{columns[i].Name}' is in other files: expected 'shards: "
                    + $"{ManifestWords.NoShards}'");
        RequireIndexNames(columns, list);
        return columns;
    }

    /// <summary>Rejects names that the index cannot use: SQL ignores case, and the format reserves some names.</summary>
    private static void RequireIndexNames(ImmutableArray<ColumnSchema> columns, YamlList list)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < columns.Length; i++)
        {
            string name = columns[i].SqlName;
            if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
                || columns[i].Name.Contains('\0', StringComparison.Ordinal))
                throw list.Items[i].Invalid("expected names that are not empty and contain no NUL");
            if (!names.Add(name))
                throw list.Items[i].Invalid($"expected names in the index that differ by more than case, "
                    + $"found '{name}' twice: set 'index_name' of one column");
            if (ColumnNames.IsReserved(name))
                throw list.Items[i].Invalid($"expected a name that does not begin with '{ColumnNames.PiecePrefix}' "
                    + $"and is not '{ColumnNames.Healpix29}', found '{name}'");
        }
    }

    private static ColumnSchema ReadColumn(YamlMap map, FormatVersion version)
    {
        map.RequireKeys("name", "dtype", "shape", "storage", "role", "unit", "ucd", "description", "nullable",
            "string_bytes", "padding", "mask", "mask_bits", "codec", "index_name", "bands", "categories", "sentinels", "encoding", "time",
            "spectral_medium", "nested", "longest");
        if (map.Find("spectral_medium") is { } medium && version.Minor < FormatVersion.OfColumnMedium.Minor)
            throw medium.Invalid($"a column's 'spectral_medium' requires format version {FormatVersion.OfColumnMedium}, the manifest has "
                + $"{version}");
        YamlScalar name = map.Required("name").AsScalar();
        ColumnSchema column = new()
        {
            Name = name.Text.Length > 0 ? name.Text : throw name.Invalid("a column's name must not be empty"),
            DType = map.Required("dtype").AsScalar().AsOneOf(DTypeWords),
            Shape = map.Find("shape") is { } shape ? [.. shape.AsList().Items.Select(ReadLength)] : [],
            Storage = ReadStorage(map.Required("storage").AsScalar(), version),
            Role = map.Required("role").AsScalar().AsOneOf(RoleWords),
            Unit = map.TextOrNull("unit"),
            Ucd = map.TextOrNull("ucd"),
            Description = map.TextOrNull("description"),
            Nullable = map.Find("nullable")?.AsScalar().AsBool() ?? false,
            StringBytes = map.Find("string_bytes") is null ? 0 : (int)ReadCount(map, "string_bytes", int.MaxValue),
            Padding = map.Find("padding")?.AsScalar() is { } padding
                ? padding.Text == "edge" ? Padding.Edge : new Padding(padding.AsDoubleOrNaN()) : Padding.Zero,
            MaskPolarity = map.Find("mask")?.AsScalar().AsOneOf(ManifestWords.Masks),
            Codec = map.Find("codec")?.AsScalar().AsOneOf(ManifestWords.Codecs) ?? PieceCodec.None,
            IndexName = map.TextOrNull("index_name"),
            Bands = map.Find("bands") is { } bands ? [.. bands.AsList().Items.Select(b => ReadBand(b.AsMap()))] : [],
            MaskBits = map.TextOrNull("mask_bits"),
            Categories = map.Find("categories") is { } categories ? ReadCategories(categories.AsList()) : [],
            Sentinels = map.Find("sentinels") is { } sentinels ? [.. sentinels.AsList().Items.Select(s => s.AsScalar().AsDouble())] : [],
            Encoding = map.TextOrNull("encoding"),
            Time = map.Find("time") is { } time ? ReadTimeAxis(time.AsMap()) : null,
            SpectralMedium = map.TextOrNull("spectral_medium"),
            Nested = map.TextOrNull("nested"),
            Longest = map.Find("longest") is null ? 0 : (int)ReadCount(map, "longest", int.MaxValue),
        };
        return RequireValidSize(column with { IsList = column is { Storage: ColumnStorage.Light, IsRagged: true } }, map, version);
    }

    private static ColumnStorage ReadStorage(YamlScalar word, FormatVersion version)
    {
        ColumnStorage storage = word.AsOneOf(ManifestWords.Storages);
        return storage is ColumnStorage.Light or ColumnStorage.Heavy || version.Minor >= FormatVersion.OfReferences.Minor ? storage
            : throw word.Invalid($"'storage: {word.Text}' requires format version {FormatVersion.OfReferences}, the manifest has "
                + $"{version}");
    }

    /// <summary>Rejects sizes that no row can have, so that they are safe to allocate from.</summary>
    private static ColumnSchema RequireValidSize(ColumnSchema column, YamlMap map, FormatVersion version)
    {
        long elementBytes = column.DType == DType.String ? Math.Max(column.StringBytes, 1) : column.DType.ElementBytes();
        if (!column.TryElements(out int elements)
            || (column.Storage == ColumnStorage.Light && (double)elements * Math.Max(column.Longest, 1) * elementBytes > int.MaxValue))
            throw map.Invalid($"the column '{column.Name}' of shape "
                + $"[{string.Join(", ", column.Shape.Select(LengthText))}]: expected at most {int.MaxValue} elements in a row, and at most "
                + "as many bytes in a row of a light column");
        if (column.Storage == ColumnStorage.Window && (column.Shape.Length < 3 || column.DType is DType.String or DType.Bool
            || column.Shape[..^3].Any(length => length != 1)))
            throw map.Invalid($"the column '{column.Name}' of windows: expected numbers with the axes band, row and column last, and "
                + "axes of the length 1 before them");
        if (column is { Storage: ColumnStorage.Light, IsRagged: true, Shape: not [ColumnSchema.Ragged] })
            throw map.Invalid($"the column '{column.Name}': a light ragged column must have one axis, found {column.Shape.Length}");
        if (column.Encoding is { } encoding && (column is not { DType: DType.UInt8, Shape: [ColumnSchema.Ragged] }
            || (!column.IsHeavy && (version.Minor < FormatVersion.OfEarth.Minor || column.Nested is not null))))
            throw map.Invalid($"the column '{column.Name}' of encoding '{encoding}': expected a{(column.IsHeavy ? " heavy" : "")} ragged "
                + $"column of one axis with the type uint8{(column.IsHeavy ? "" : ", heavy or, in format 1.1, without a group")}");
        if (column.Nested is { } group && !(group.Length > 0 && column.Name.Length > group.Length + 1
            && column.Name.StartsWith(group + ".", StringComparison.Ordinal)
            && column is { Storage: ColumnStorage.Light, Shape: [ColumnSchema.Ragged] }))
            throw map.Invalid($"the column '{column.Name}' of the nested group '{group}': expected a light ragged column of one axis "
                + $"called '{group}.<member>'");
        return column;
    }

    private static ImmutableArray<CategorySchema> ReadCategories(YamlList list)
    {
        ImmutableArray<CategorySchema> categories = [.. list.Items.Select(item =>
        {
            YamlMap map = item.AsMap();
            map.RequireKeys("code", "name");
            return new CategorySchema(map.Required("code").AsScalar().AsInt64(), map.Text("name"));
        })];
        for (int i = 1; i < categories.Length; i++)
            if (categories[i].Code <= categories[i - 1].Code)
                throw list.Items[i].Invalid($"expected strictly ascending codes, found {categories[i].Code} after "
                    + $"{categories[i - 1].Code}");
        return categories;
    }

    private static TimeAxis ReadTimeAxis(YamlMap map)
    {
        map.RequireKeys("scale", "reference", "zero_mjd");
        (string scale, string? reference) = ReadTimeWords(map);
        return new TimeAxis(scale, reference, map.Required("zero_mjd").AsScalar().AsDouble());
    }

    private static string LengthText(int length) =>
        length == ColumnSchema.Ragged ? "ragged" : length.ToString(CultureInfo.InvariantCulture);

    private static int ReadLength(YamlNode node)
    {
        YamlScalar scalar = node.AsScalar();
        return scalar.Text == "ragged" ? ColumnSchema.Ragged
            : scalar.AsInt64() is >= 0 and <= int.MaxValue and var length ? (int)length
            : throw scalar.Invalid($"expected a length or 'ragged', found '{scalar.Text}'");
    }

    private static BandSchema ReadBand(YamlMap map)
    {
        map.RequireKeys("name", "unit", "wavelength_angstrom", "zero_point_mag", "mask_bits");
        return new BandSchema
        {
            Name = map.Text("name"),
            Unit = map.TextOrNull("unit"),
            WavelengthAngstrom = map.Find("wavelength_angstrom")?.AsScalar().AsDouble(),
            ZeroPointMag = map.Find("zero_point_mag")?.AsScalar().AsDouble(),
            MaskBits = map.TextOrNull("mask_bits"),
        };
    }
}
