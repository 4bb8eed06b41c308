using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>Writes <c>pile.yaml</c>. Equal manifests give identical bytes.</summary>
internal static class ManifestWriter
{
    /// <summary>Returns the text of a manifest, with the checksum line at the end.</summary>
    public static string Write(Manifest manifest)
    {
        YamlText yaml = new();
        yaml.Text("pile", manifest.FormatVersion.ToString());
        yaml.Text("name", manifest.Name);
        yaml.Text("version", manifest.Version);
        yaml.Text("modality", manifest.Modality);
        yaml.Text("description", manifest.Description);
        yaml.Text("subset", manifest.Subset);
        yaml.Map("provenance", () => WriteProvenance(yaml, manifest.Provenance));
        yaml.Number("rows", manifest.Rows);
        if (manifest.IsIndexOnly)
            yaml.Text("shards", ManifestWords.NoShards);
        else
            yaml.Number("shards", (long)manifest.Shards);
        yaml.Number("bytes", manifest.Bytes);
        if (manifest.HasCompactPositions)
            yaml.Text("positions", ManifestWords.CompactPositions);
        yaml.Map("partition", () =>
        {
            yaml.Text("scheme", manifest.Partition.Scheme);
            yaml.Number("order", (long?)manifest.Partition.Order);
            yaml.Number("bits", (long?)manifest.Partition.Bits);
            if (manifest.Partition.Grid is { } grid)
                yaml.Map("grid", () => grid.Write(yaml), flow: true);
        }, flow: true);
        yaml.Text("frame", manifest.Frame);
        yaml.Number("epoch_year", manifest.EpochYear);
        if (manifest.Time is { } time)
            yaml.Map("time", () =>
            {
                yaml.Text("scale", time.Scale);
                yaml.Text("reference", time.Reference);
                yaml.Number("start_mjd", time.StartMjd);
                yaml.Number("end_mjd", time.EndMjd);
            }, flow: true);
        yaml.Text("spectral_medium", manifest.SpectralMedium);
        yaml.Number("sky_area_deg2", manifest.SkyAreaDeg2);
        yaml.Number("margin_arcsec", manifest.MarginArcsec);
        yaml.Number("footprint_radius_max_deg", manifest.FootprintRadiusMaxDeg);
        yaml.List("columns", () =>
        {
            foreach (ColumnSchema column in manifest.Columns)
                yaml.MapItem(() => WriteColumn(yaml, column));
        });
        if (!manifest.Aliases.IsEmpty)
            yaml.List("aliases", () =>
            {
                foreach (AliasSchema alias in manifest.Aliases)
                    yaml.MapItem(() => WriteAlias(yaml, alias));
            });
        yaml.Map("files", () =>
        {
            yaml.Text("path", DatasetPaths.Files);
            yaml.Text("sha256", manifest.FilesSha256);
        });
        yaml.List("sources", () =>
        {
            foreach (SourceFile source in manifest.Sources)
                yaml.MapItem(() =>
                {
                    yaml.Text("uri", source.Uri);
                    yaml.Number("bytes", source.Bytes);
                    yaml.Text("sha256", source.Sha256);
                });
        }, flow: manifest.Sources.IsEmpty);
        // Reserved since version 1, so that using them later needs no new major version.
        yaml.List("layers", () => { }, flow: true);
        yaml.List("views", () => { }, flow: true);
        string text = yaml.Finish();
        return text + ManifestChecksum.LineFor(text);
    }

    private static void WriteProvenance(YamlText yaml, Provenance provenance)
    {
        yaml.Text("project", provenance.Project);
        yaml.Text("survey", provenance.Survey);
        yaml.Text("instrument", provenance.Instrument);
        yaml.Text("release", provenance.Release);
        yaml.Text("licence", provenance.Licence);
        yaml.Text("citation", provenance.Citation);
        yaml.Text("builder", provenance.Builder);
        yaml.Text("builder_version", provenance.BuilderVersion);
    }

    private static void WriteColumn(YamlText yaml, ColumnSchema column)
    {
        yaml.Text("name", column.Name);
        yaml.Text("dtype", column.DType.Name());
        if (!column.IsScalar)
            yaml.List("shape", () =>
            {
                foreach (int length in column.Shape)
                    if (length == ColumnSchema.Ragged)
                        yaml.TextItem("ragged");
                    else
                        yaml.NumberItem(length);
            }, flow: true);
        yaml.Text("storage", ManifestWords.Of(ManifestWords.Storages, column.Storage));
        yaml.Text("role", column.Role == ColumnRole.Standard ? "standard" : "native");
        yaml.Text("unit", column.Unit);
        yaml.Text("ucd", column.Ucd);
        yaml.Text("description", column.Description);
        yaml.Flag("nullable", column.Nullable);
        if (column.DType == DType.String)
            yaml.Number("string_bytes", (long)column.StringBytes);
        bool isPadded = column.IsRagged && !column.IsOutside;
        if (isPadded && column.Padding.IsEdge)
            yaml.Text("padding", "edge");
        else if (isPadded)
            yaml.Number("padding", column.Padding.Value);
        if (column.MaskPolarity is { } polarity)
            yaml.Text("mask", ManifestWords.Of(ManifestWords.Masks, polarity));
        yaml.Text("mask_bits", column.MaskBits);
        if (column.Storage == ColumnStorage.Heavy)
            yaml.Text("codec", ManifestWords.Of(ManifestWords.Codecs, column.Codec));
        yaml.Text("index_name", column.IndexName);
        if (!column.Bands.IsEmpty)
            yaml.List("bands", () =>
            {
                foreach (BandSchema band in column.Bands)
                    yaml.MapItem(() => WriteBand(yaml, band), flow: true);
            });
        WriteMeaning(yaml, column);
    }

    private static void WriteMeaning(YamlText yaml, ColumnSchema column)
    {
        if (!column.Categories.IsEmpty)
            yaml.List("categories", () =>
            {
                foreach (CategorySchema category in column.Categories)
                    yaml.MapItem(() =>
                    {
                        yaml.Number("code", (long?)category.Code);
                        yaml.Text("name", category.Name);
                    }, flow: true);
            });
        if (!column.Sentinels.IsEmpty)
            yaml.List("sentinels", () =>
            {
                foreach (double sentinel in column.Sentinels)
                    yaml.NumberItem(sentinel);
            }, flow: true);
        yaml.Text("encoding", column.Encoding);
        if (column.Time is { } time)
            yaml.Map("time", () =>
            {
                yaml.Text("scale", time.Scale);
                yaml.Text("reference", time.Reference);
                yaml.Number("zero_mjd", time.ZeroMjd);
            }, flow: true);
        yaml.Text("spectral_medium", column.SpectralMedium);
        yaml.Text("nested", column.Nested);
        if (column is { Storage: ColumnStorage.Light, IsRagged: true })
            yaml.Number("longest", (long)column.Longest);
    }

    private static void WriteBand(YamlText yaml, BandSchema band)
    {
        yaml.Text("name", band.Name);
        yaml.Text("unit", band.Unit);
        yaml.Number("wavelength_angstrom", band.WavelengthAngstrom);
        yaml.Number("zero_point_mag", band.ZeroPointMag);
        yaml.Text("mask_bits", band.MaskBits);
    }

    private static void WriteAlias(YamlText yaml, AliasSchema alias)
    {
        yaml.Text("name", alias.Name);
        yaml.Text("native", alias.Native);
        if (alias.Scale != 1)
            yaml.Number("scale", alias.Scale);
        yaml.Text("expr", alias.Expression);
        yaml.Text("unit", alias.Unit);
        yaml.Text("ucd", alias.Ucd);
        yaml.Text("description", alias.Description);
    }
}
