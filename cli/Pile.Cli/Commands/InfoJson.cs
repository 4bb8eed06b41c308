using System.Collections.Immutable;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>Writes what <c>pile info</c> shows as JSON.</summary>
internal static class InfoJson
{
    internal static void Write(InfoFacts facts) => JsonOutput.Write(json =>
    {
        Dataset dataset = facts.Dataset;
        Manifest m = dataset.LayeredManifest;
        json.WriteStartObject();
        json.WriteString("name", m.Name);
        json.WriteString("version", m.Version);
        json.WriteString("format_version", m.FormatVersion.ToString());
        json.WriteString("description", m.Description);
        json.WriteString("modality", m.Modality);
        if (dataset.Saved is { } saved)
        {
            json.WriteStartObject("query");
            json.WriteString("hash", saved.Hash);
            json.WriteInteger("rows", facts.SelectedRows);
            json.WriteBoolean("follow", saved.IsFollowing);
            json.WriteStartObject("selection");
            foreach ((string part, string text) in SavedQueryText.Of(saved))
                json.WriteString(part, text);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        if (dataset.Source is { } source)
            SourceFacts.Write(source, json);
        json.WriteString("root", dataset.Root);
        json.WriteString("content_hash", facts.ContentHash);
        json.WriteInteger("rows", m.Rows);
        json.WriteInteger("shards", m.Shards);
        json.WriteInteger("bytes", m.Bytes);
        if (facts.References is { } references)
            ReferenceText.Write(json, references);
        json.WriteString("scheme", m.Partition.Scheme);
        PartitionText.Write(json, m.Partition);
        json.WriteString("frame", m.Frame);
        json.WriteFloat("epoch_year", m.EpochYear);
        json.WriteFloat("sky_area_deg2", m.SkyAreaDeg2);
        if (facts.Coverage is { } coverage)
        {
            json.WriteStartObject("coverage");
            CoverageOutput.Write(json, coverage);
            json.WriteString("moc", coverage.ToString());
            json.WriteEndObject();
        }
        json.WriteString("spectral_medium", m.SpectralMedium);
        if (m.Time is { } time)
        {
            json.WriteStartObject("time");
            json.WriteString("scale", time.Scale);
            json.WriteString("reference", time.Reference);
            json.WriteFloat("start_mjd", time.StartMjd);
            json.WriteFloat("end_mjd", time.EndMjd);
            json.WriteEndObject();
        }
        json.WriteStartObject("provenance");
        json.WriteString("project", m.Provenance.Project);
        json.WriteString("survey", m.Provenance.Survey);
        json.WriteString("instrument", m.Provenance.Instrument);
        json.WriteString("release", m.Provenance.Release);
        json.WriteString("licence", m.Provenance.Licence);
        json.WriteString("citation", m.Provenance.Citation);
        json.WriteString("builder", m.Provenance.Builder);
        json.WriteString("builder_version", m.Provenance.BuilderVersion);
        json.WriteEndObject();
        json.WriteStartArray("columns");
        foreach (ColumnSchema column in m.Columns)
            WriteColumn(json, column, facts.Statistics?.GetValueOrDefault(column.Name));
        json.WriteEndArray();
        json.WriteStartArray("aliases");
        foreach (AliasSchema a in m.Aliases)
        {
            json.WriteStartObject();
            json.WriteString("name", a.Name);
            json.WriteString("native", a.Native);
            json.WriteString("expr", a.Expression);
            json.WriteFloat("scale", a.Scale);
            json.WriteString("unit", a.Unit);
            json.WriteString("ucd", a.Ucd);
            json.WriteString("description", a.Description);
            WriteSentinels(json, a.Native is null ? null : m.Column(a.Native));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteColumn(Utf8JsonWriter json, ColumnSchema c, ColumnStatistics? statistics)
    {
        json.WriteStartObject();
        json.WriteString("name", c.Name);
        json.WriteString("dtype", c.DType.Name());
        json.WriteStartArray("shape");
        foreach (int length in c.Shape)
            if (length == ColumnSchema.Ragged)
                json.WriteNullValue();
            else
                json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteString("unit", c.Unit);
        json.WriteBoolean("native", c.Role == ColumnRole.Native);
        json.WriteString("storage", ManifestWords.Of(ManifestWords.Storages, c.Storage));
        json.WriteBoolean("nullable", c.Nullable);
        json.WriteString("sql_name", c.SqlName);
        json.WriteString("ucd", c.Ucd);
        json.WriteString("description", c.Description);
        json.WriteString("mask", c.MaskPolarity switch
        {
            MaskPolarity.TrueIsGood => "true_is_good",
            MaskPolarity.TrueIsBad => "true_is_bad",
            MaskPolarity.ZeroIsGood => "zero_is_good",
            _ => null
        });
        WriteMeaning(json, c);
        if (statistics is not null)
            StatisticsText.Write(json, statistics);
        json.WriteEndObject();
    }

    private static void WriteBands(Utf8JsonWriter json, ImmutableArray<BandSchema> bands)
    {
        json.WriteStartArray("bands");
        foreach (BandSchema band in bands)
        {
            json.WriteStartObject();
            json.WriteString("name", band.Name);
            json.WriteString("unit", band.Unit);
            json.WriteFloat("wavelength_angstrom", band.WavelengthAngstrom);
            json.WriteFloat("zero_point_mag", band.ZeroPointMag);
            json.WriteString("mask_bits", band.MaskBits);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteMeaning(Utf8JsonWriter json, ColumnSchema c)
    {
        if (c.MaskBits is not null)
            json.WriteString("mask_bits", c.MaskBits);
        if (c.Encoding is not null)
            json.WriteString("encoding", c.Encoding);
        if (c.Nested is not null)
            json.WriteString("nested", c.Nested);
        if (!c.Bands.IsEmpty)
            WriteBands(json, c.Bands);
        if (c.Time is { } time)
        {
            json.WriteStartObject("time");
            json.WriteString("scale", time.Scale);
            json.WriteString("reference", time.Reference);
            json.WriteFloat("zero_mjd", time.ZeroMjd);
            json.WriteEndObject();
        }
        if (c.SpectralMedium is not null)
            json.WriteString("spectral_medium", c.SpectralMedium);
        if (!c.Categories.IsEmpty)
        {
            json.WriteStartArray("categories");
            foreach (CategorySchema category in c.Categories)
            {
                json.WriteStartObject();
                json.WriteInteger("code", category.Code);
                json.WriteString("name", category.Name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        WriteSentinels(json, c);
    }

    private static void WriteSentinels(Utf8JsonWriter json, ColumnSchema? column)
    {
        if (column is null or { Sentinels.IsEmpty: true })
            return;
        json.WriteStartArray("sentinels");
        foreach (double sentinel in column.Sentinels)
            json.WriteFloat(sentinel);
        json.WriteEndArray();
    }
}
