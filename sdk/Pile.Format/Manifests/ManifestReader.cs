using System.Collections.Immutable;
using System.Text;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>Reads <c>pile.yaml</c>.</summary>
/// <remarks>Unknown keys at the top level are ignored, because a newer minor
/// version may add them; elsewhere an unknown key is an error.</remarks>
internal static partial class ManifestReader
{
    private static readonly Dictionary<string, DType> DTypeWords = ManifestWords.OfDTypes();

    private static readonly Dictionary<string, ColumnRole> RoleWords = new(StringComparer.Ordinal)
    {
        ["standard"] = ColumnRole.Standard,
        ["native"] = ColumnRole.Native,
    };

    /// <summary>Reads a manifest.</summary>
    /// <param name="text">The text of <c>pile.yaml</c>.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DocumentInvalidException">The text is not a manifest, or its checksum is wrong.</exception>
    /// <exception cref="VersionNotSupportedException">The manifest has a newer major version.</exception>
    public static Manifest Read(string text, string path) => Read(Encoding.UTF8.GetBytes(text), path);

    /// <summary>Reads a manifest.</summary>
    /// <param name="utf8">The bytes of <c>pile.yaml</c>.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DocumentInvalidException">The bytes are not a manifest, or their checksum is wrong.</exception>
    /// <exception cref="VersionNotSupportedException">The manifest has a newer major version.</exception>
    public static Manifest Read(ReadOnlySpan<byte> utf8, string path)
    {
        uint? checksum = ManifestChecksum.Verify(utf8, path);
        YamlMap root = YamlReader.Read(ReadText(utf8, path), path).AsMap();
        foreach ((YamlScalar key, _) in root.Entries)
            if (checksum is null && key.Text == ManifestChecksum.Key)
                throw new DocumentInvalidException(path, key.Line, key.Column,
                    $"expected '{ManifestChecksum.Key}' in the last line of the file, as {ManifestChecksum.LineForm}: "
                    + "the manifest is damaged or was edited. Get it again from its source")
                { IsDamaged = true };
        YamlScalar version = root.Required("pile").AsScalar();
        if (!FormatVersion.TryParse(version.Text, out FormatVersion formatVersion))
            throw version.Invalid($"expected a format version such as {FormatVersion.Current}, found '{version.Text}'");
        if (formatVersion.Major > FormatVersion.Current.Major)
            throw new VersionNotSupportedException(path, version.Text);
        if (formatVersion.Major < 1)
            throw version.Invalid($"there is no format version {version.Text}");

        return new Manifest
        {
            FormatVersion = formatVersion,
            Name = root.Text("name"),
            Version = root.Text("version"),
            Modality = OneOf(root.Required("modality"), Modality.Names.AsSpan()),
            Description = root.TextOrNull("description"),
            Subset = ReadSubset(root.Required("subset").AsScalar()),
            Provenance = ReadProvenance(root.Required("provenance").AsMap()),
            Rows = ReadCount(root, "rows"),
            Shards = HasShards(root, formatVersion) ? (int)ReadCount(root, "shards", int.MaxValue) : 0,
            IsIndexOnly = !HasShards(root, formatVersion),
            Bytes = ReadCount(root, "bytes"),
            HasCompactPositions = HasCompactPositions(root, formatVersion),
            Partition = ReadPartition(root, formatVersion),
            EpochYear = root.Find("epoch_year")?.AsScalar().AsDouble(-Manifest.MaxEpochYear, Manifest.MaxEpochYear),
            Time = root.Find("time") is { } time ? ReadTime(time.AsMap()) : null,
            SpectralMedium = root.Find("spectral_medium") is { } medium ? OneOf(medium, "vacuum", "air") : null,
            SkyAreaDeg2 = root.Find("sky_area_deg2")?.AsScalar().AsDouble(0, Manifest.MaxSkyAreaDeg2),
            MarginArcsec = root.Find("margin_arcsec") is { } margin ? ReadMargin(margin.AsScalar()) : null,
            FootprintRadiusMaxDeg = root.Find("footprint_radius_max_deg")?.AsScalar().AsDouble(0, 180),
            Columns = ReadColumns(root.Required("columns").AsList(), formatVersion, HasShards(root, formatVersion)),
            Aliases = root.Find("aliases") is { } aliases ? [.. aliases.AsList().Items.Select(a => ReadAlias(a.AsMap()))] : [],
            FilesSha256 = ReadSha256(root.Required("files").AsMap()),
            Sources = root.Find("sources") is { } sources ? [.. sources.AsList().Items.Select(s => ReadSource(s.AsMap()))] : [],
            Crc32C = checksum,
        };
    }

    private static long ReadCount(YamlMap map, string key, long most = long.MaxValue)
    {
        YamlScalar scalar = map.Required(key).AsScalar();
        return scalar.AsInt64() is >= 0 and var value && value <= most ? value
            : throw scalar.Invalid($"'{key}': expected a number from 0 to {most}, found {scalar.Text}");
    }

    private static double ReadMargin(YamlScalar margin) => margin.AsDouble() is > 0 and <= Manifest.MaxMarginArcsec and var value
        ? value : throw margin.Invalid($"expected a threshold in (0, {Manifest.MaxMarginArcsec}] arcseconds, found "
            + $"{margin.Text}");

    private static Provenance ReadProvenance(YamlMap map)
    {
        map.RequireKeys("project", "survey", "instrument", "release", "licence", "citation", "builder", "builder_version");
        return ReadProvenance(map, map) with { Builder = map.Text("builder"), BuilderVersion = map.Text("builder_version") };
    }

    /// <summary>Reads the provenance without the builder's name and version, which are empty.</summary>
    /// <param name="origin">Has the project, the survey, the instrument and the release.</param>
    /// <param name="terms">Has the licence and the citation.</param>
    internal static Provenance ReadProvenance(YamlMap origin, YamlMap terms) => new()
    {
        Project = origin.Text("project"),
        Survey = origin.Text("survey"),
        Instrument = origin.Text("instrument"),
        Release = origin.Text("release"),
        Licence = terms.Text("licence"),
        Citation = terms.Text("citation"),
        Builder = "",
        BuilderVersion = "",
    };

    private static bool HasShards(YamlMap root, FormatVersion version)
    {
        YamlScalar shards = root.Required("shards").AsScalar();
        return shards.Text != ManifestWords.NoShards || (version.Minor >= FormatVersion.OfIndexOnly.Minor ? false
            : throw shards.Invalid($"'shards: {ManifestWords.NoShards}' requires format version {FormatVersion.OfIndexOnly}, the manifest "
                + $"has {version}"));
    }

    // In format 1.0 'positions' is an unknown key, whatever its value.
    private static bool HasCompactPositions(YamlMap root, FormatVersion version)
    {
        if (version.Minor < FormatVersion.OfCompactPositions.Minor || root.Find("positions") is not { } positions)
            return false;
        _ = OneOf(positions, ManifestWords.CompactPositions);
        return root.Find("frame") is not null
            ? true : throw positions.Invalid("'positions' describes rows with positions; this dataset has no 'frame'");
    }

    private static Partition ReadPartition(YamlMap root, FormatVersion version)
    {
        YamlMap map = root.Required("partition").AsMap();
        YamlScalar scheme = map.Required("scheme").AsScalar();
        if (OneOf(scheme, Partition.Healpix, Partition.Hash, Partition.Tile) == Partition.Hash)
            return ReadHash(root, map, scheme, version);
        PositionFrame frame = ReadFrame(root, version);
        if (scheme.Text == Partition.Tile)
            return ReadTiles(map, scheme, frame);
        map.RequireKeys("scheme", "order");
        YamlScalar order = map.Required("order").AsScalar();
        return order.AsInt64() is >= 0 and <= 29 and var value
            ? new Partition(Partition.Healpix, (int)value) { Frame = frame }
            : throw order.Invalid($"expected an order from 0 to 29, found {order.Text}");
    }

    private static PositionFrame ReadFrame(YamlMap root, FormatVersion version)
    {
        YamlScalar frame = root.Required("frame").AsScalar();
        if (OneOf(frame, Manifest.Icrs, Manifest.Wgs84) == Manifest.Icrs)
            return PositionFrame.Icrs;
        if (version.Minor < FormatVersion.OfEarth.Minor)
            throw frame.Invalid($"the frame '{Manifest.Wgs84}' requires format version {FormatVersion.OfEarth}, the manifest has "
                + $"{version}");
        return root.Find("epoch_year") is not { } epoch ? PositionFrame.Wgs84
            : throw epoch.Invalid($"expected no 'epoch_year', because positions in the frame '{Manifest.Wgs84}' have no epoch");
    }

    private static Partition ReadHash(YamlMap root, YamlMap map, YamlScalar scheme, FormatVersion version)
    {
        if (version.Minor < FormatVersion.OfHash.Minor)
            throw scheme.Invalid($"the scheme '{Partition.Hash}' requires format version {FormatVersion.OfHash}, the manifest has "
                + $"{version}");
        foreach (string key in (ReadOnlySpan<string>)["frame", "epoch_year", "sky_area_deg2", "margin_arcsec"])
            if (root.Find(key) is { } found)
                throw found.Invalid($"expected no '{key}', because rows of the scheme '{Partition.Hash}' have no positions");
        map.RequireKeys("scheme", "bits");
        YamlScalar bits = map.Required("bits").AsScalar();
        return bits.AsInt64() is >= 0 and <= Partition.MaxBits and var value ? new Partition(Partition.Hash, Bits: (int)value)
            : throw bits.Invalid($"expected a number of bits from 0 to {Partition.MaxBits}, found {bits.Text}");
    }

    private static Partition ReadTiles(YamlMap map, YamlScalar scheme, PositionFrame frame)
    {
        if (!frame.IsEarth)
            throw scheme.Invalid($"the scheme '{Partition.Tile}' requires the frame {Manifest.Wgs84}, the manifest has {frame.Name}");
        map.RequireKeys("scheme", "grid");
        YamlMap grid = map.Required("grid").AsMap(); // the short form is one of recipes
        return new Partition(Partition.Tile) { Grid = EarthGrid.Read(grid) };
    }

    private static TimeSpanInfo ReadTime(YamlMap map)
    {
        map.RequireKeys("scale", "reference", "start_mjd", "end_mjd");
        (string scale, string? reference) = ReadTimeWords(map);
        double start = map.Required("start_mjd").AsScalar().AsDouble();
        YamlScalar end = map.Required("end_mjd").AsScalar();
        return end.AsDouble() >= start
            ? new TimeSpanInfo(scale, reference, start, end.AsDouble())
            : throw end.Invalid($"expected an end at or after the start, found '{end.Text}'");
    }

    private static string ReadSha256(YamlMap map)
    {
        map.RequireKeys("path", "sha256");
        YamlScalar path = map.Required("path").AsScalar();
        return path.Text == DatasetPaths.Files ? ReadSha256(map.Required("sha256").AsScalar())
            : throw path.Invalid($"expected '{DatasetPaths.Files}', found '{path.Text}'");
    }

    private static SourceFile ReadSource(YamlMap map)
    {
        map.RequireKeys("uri", "bytes", "sha256", "etag");
        return new SourceFile(map.Text("uri"), ReadCount(map, "bytes"), ReadSha256(map.Required("sha256").AsScalar()));
    }

    private static AliasSchema ReadAlias(YamlMap map)
    {
        map.RequireKeys("name", "native", "scale", "expr", "unit", "ucd", "description");
        AliasSchema alias = new()
        {
            Name = map.Text("name"),
            Native = map.TextOrNull("native"),
            Scale = map.Find("scale")?.AsScalar() is { } scale ? ReadScale(scale) : 1,
            Expression = map.TextOrNull("expr"),
            Unit = map.TextOrNull("unit"),
            Ucd = map.TextOrNull("ucd"),
            Description = map.TextOrNull("description"),
        };
        return (alias.Native is null) != (alias.Expression is null) ? alias
            : throw map.Invalid($"the alias '{alias.Name}' must have either 'native' or 'expr'");
    }

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
            if (name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase)
                || name.Equals(ColumnNames.Healpix29, StringComparison.OrdinalIgnoreCase))
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
                + "as many "
                + "bytes in a row of a light column");
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
        length == ColumnSchema.Ragged ? "ragged" : length.ToString(System.Globalization.CultureInfo.InvariantCulture);

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
