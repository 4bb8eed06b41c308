using System.Text;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>Reads <c>pile.yaml</c>.</summary>
/// <remarks>Unknown keys at the top level are ignored, because a newer minor
/// version may add them; elsewhere an unknown key is an error.</remarks>
internal static partial class ManifestReader
{
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
        ? value : throw margin.Invalid($"expected a threshold in (0, {Manifest.MaxMarginArcsec}] arcseconds, found {margin.Text}");

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
}
