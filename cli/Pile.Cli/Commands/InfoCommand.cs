using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile info</c>: prints the manifest of a dataset and its hashes. Reads no other file, except the list of files, the
/// statistics, and the index of a dataset that refers to files outside it.</summary>
internal static class InfoCommand
{
    internal static Command Create()
    {
        Option<bool> statistics = new("--statistics")
        {
            Description =
            "Also show count, missing values, minimum, maximum, mean, variance, skewness and kurtosis of every column."
        };
        Option<string?> moc = new("--moc")
        {
            Description = $"Also show the coverage: cells of order {DatasetCoverage.DefaultOrder} with rows. With a file, write it there: "
                + $"{MocFile.Endings}.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne
        };
        Argument<string> dataset = new("DATASET") { Description = CommonOptions.DatasetHelp };
        VerbCommand command = new("info",
            "Shows rows, columns, sky coverage and provenance of a dataset, or the newest commit and the fields of a layer.",
            "pile info sdss", "pile info sdss --json | jq .columns[].name", "pile info sdss --statistics",
            "pile info sdss --moc sdss.moc.fits")
        { dataset, statistics, moc, CommonOptions.Id, CommonOptions.Mount, CommonOptions.Layer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(dataset);
            if (parsed.GetValue(moc) is { } mapFile)
                CoverageOutput.RequireFree(mapFile, replace: false, moc.Name);
            if (parsed.GetResult(moc) is not null && DatasetCollection.IsWhole(address))
                throw new UsageException($"{moc.Name} shows the coverage of one dataset. Use 'pile moc' for that of a collection.");
            if (DatasetCollection.IsWhole(address))
                return await CollectionInfo.RunAsync(parsed, address, cancellationToken).ConfigureAwait(false);
            string resolved = await DatasetCollection.ResolveAsync(address, null, cancellationToken).ConfigureAwait(false);
            if (await LayerAddress.TryOpenAsync(resolved, cancellationToken).ConfigureAwait(false)
                is (var layer, var reference) && layer.Manifest.SourceAddress is null)
            {
                await LayerInfo.WriteAsync(layer, reference, parsed.GetValue(CommonOptions.Json), cancellationToken).ConfigureAwait(false);
                return ExitCode.Done;
            }
            await using Dataset opened = await Dataset.OpenAsync(address, CommonOptions.DatasetOptionsOf(parsed),
                cancellationToken).ConfigureAwait(false);
            Dictionary<string, ColumnStatistics>? requested = parsed.GetValue(statistics)
                ? (await opened.StatisticsAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(s => s.Column,
                    StringComparer.Ordinal) : null;
            ReferenceFacts? references = await ReferenceFacts.OfAsync(opened, cancellationToken).ConfigureAwait(false);
            string? content = await ContentHashAsync(opened, cancellationToken).ConfigureAwait(false);
            long selected = await opened.SelectedRowsAsync(cancellationToken).ConfigureAwait(false);
            Moc? coverage = parsed.GetResult(moc) is null ? null
                : await DatasetCoverage.OfAsync(opened, DatasetCoverage.DefaultOrder, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(moc) is { } path)
                MocFile.Write(path, coverage!, replace: false);
            if (parsed.GetValue(CommonOptions.Json))
                WriteJson(opened, content, selected, requested, references, coverage);
            else
                WriteText(TerminalText.Output, opened, content, selected, requested, references, coverage);
            return ExitCode.Done;
        });
        return command;
    }

    // The manifest is shown even if the list of files is missing or damaged.
    private static async Task<string?> ContentHashAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        try
        {
            return await dataset.ContentHashAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetInvalidException)
        {
            return null;
        }
    }

    private static void WriteText(TextWriter output, Dataset dataset, string? content, long selected,
        Dictionary<string, ColumnStatistics>? statistics, ReferenceFacts? references, Moc? coverage)
    {
        Manifest m = dataset.LayeredManifest;
        Provenance p = m.Provenance;
        Fact("name", $"{m.Name}, version {m.Version} (format {m.FormatVersion})");
        Fact("about", m.Description);
        Fact("modality", m.Modality);
        Fact("provenance", $"{p.Project} / {p.Survey} / {p.Instrument} / {p.Release}; built by {p.Builder} {p.BuilderVersion}");
        Fact("licence", p.Licence);
        Fact("citation", p.Citation);
        Fact("rows", string.Create(CultureInfo.InvariantCulture,
            $"{m.Rows:N0} in {(m.IsIndexOnly ? "the index alone" : CountText.Of(m.Shards, "shard"))}, {m.Bytes:N0} bytes"));
        if (references is not null)
            Fact("references", ReferenceText.Of(references));
        Fact("partition", m.Partition.Grid is { } grid ? $"tiles of the grid {grid}"
            : m.Partition.Order is { } order ? $"HEALPix order {order} (nside {1L << order}), NESTED"
            : $"{m.Partition.Bits} bits of a hash of the id: rows have no positions");
        Fact("sky area", m.SkyAreaDeg2 is { } area ? string.Create(CultureInfo.InvariantCulture,
            $"{area:0.####} deg² (pixels of order {Manifest.SkyAreaOrder} with rows)") : null);
        Fact("coverage", coverage is null ? null : $"{CoverageOutput.Text(coverage)}: {coverage}");
        Fact("frame", m.EpochYear is { } epoch ? string.Create(CultureInfo.InvariantCulture, $"{m.Frame}, epoch {epoch}") : m.Frame);
        Fact("time", m.Time is { } t ? string.Create(CultureInfo.InvariantCulture,
            $"MJD {t.StartMjd:0.#####} to {t.EndMjd:0.#####} {t.Scale}{(t.Reference is null ? "" : $", {t.Reference}")}") : null);
        Fact("wavelengths", m.SpectralMedium);
        if (dataset.Saved is { } saved)
        {
            Fact("query", string.Create(CultureInfo.InvariantCulture, $"{selected:N0} of {CountText.Of(m.Rows, "row")}, hash "
                + $"{saved.Hash}"));
            foreach ((string part, string text) in SavedQueryText.Of(saved))
                Fact($"  {part}", text);
        }
        if (dataset.Source is { } source)
            SourceFacts.Write(source, Fact);
        Fact("root", dataset.Root);
        Fact("content hash", content ?? (dataset.Source is not null ? "none: the commit identifies the rows of a source"
            : dataset.Catalogue is not null ? "none: the files of a HATS catalogue have no checksums"
            : "unknown: the list of files cannot be read; run 'pile validate'"));
        output.WriteLine();
        TextTable.Write(output, [("column", false), ("dtype", false), ("shape", false), ("unit", false), ("", false),
            ("description", false)],
            [.. m.Columns.Select(c => new[] { c.Name, c.DType.Name(), ShapeText(c), c.Unit ?? "", Notes(c), c.Description ?? "" })]);
        if (statistics is not null)
            StatisticsText.Write(output, m, statistics);
        if (m.Aliases.IsEmpty)
            return;
        output.WriteLine();
        TextTable.Write(output, [("alias", false), ("is", false), ("unit", false), ("description", false)],
            [.. m.Aliases.Select(a => new[] { a.Name, a.Native is { } native ? a.Scale == 1 ? native : $"{native} × "
                + $"{a.Scale.ToString("R", CultureInfo.InvariantCulture)}" : a.Expression!, a.Unit ?? "", a.Description ?? "" })]);

        void Fact(string name, string? value)
        {
            if (value is not null)
                output.WriteLine($"{name,-12} {TerminalText.Indent(value, 13)}");
        }
    }

    private static string ShapeText(ColumnSchema column) =>
        column.IsScalar ? "" : $"[{string.Join(", ", column.Shape.Select(LengthText))}]";

    private static string LengthText(int length) =>
        length == ColumnSchema.Ragged ? "ragged" : length.ToString(CultureInfo.InvariantCulture);

    private static string Notes(ColumnSchema column) => string.Join(", ", new[]
    {
        column.Role == ColumnRole.Standard ? "standard" : "native",
        column.IsHeavy ? ManifestWords.Of(ManifestWords.Storages, column.Storage) : null,
        column.Nullable ? "nullable" : null,
        column.MaskPolarity switch { MaskPolarity.TrueIsGood => "true = good", MaskPolarity.TrueIsBad => "true = bad",
            MaskPolarity.ZeroIsGood => "0 = good", _ => null },
        column.MaskBits is { } bits ? $"bits {bits}" : null,
        column.Encoding,
        column.Time is { } t ? string.Create(CultureInfo.InvariantCulture,
            $"MJD − {t.ZeroMjd} {t.Scale}{(t.Reference is null ? "" : $" {t.Reference}")}") : null,
        column.SpectralMedium is { } medium ? $"in {medium}" : null,
        column.Categories.IsEmpty ? null : string.Join(" ", column.Categories.Select(c => $"{c.Code}={c.Name}")),
        column.Sentinels.IsEmpty ? null
            : $"none = {string.Join(" ", column.Sentinels.Select(s => s.ToString(CultureInfo.InvariantCulture)))}",
        column.IndexName is { } name ? $"in SQL {name}" : null,
    }.OfType<string>());

    private static void WriteMeaning(Utf8JsonWriter json, ColumnSchema c)
    {
        if (c.MaskBits is not null)
            json.WriteString("mask_bits", c.MaskBits);
        if (c.Encoding is not null)
            json.WriteString("encoding", c.Encoding);
        if (c.Nested is not null)
            json.WriteString("nested", c.Nested);
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
        if (!c.Sentinels.IsEmpty)
        {
            json.WriteStartArray("sentinels");
            foreach (double sentinel in c.Sentinels)
                json.WriteFloat(sentinel);
            json.WriteEndArray();
        }
    }

    private static void WriteJson(Dataset dataset, string? content, long selected,
        Dictionary<string, ColumnStatistics>? statistics, ReferenceFacts? references, Moc? coverage) => JsonOutput.Write(json =>
    {
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
            json.WriteInteger("rows", selected);
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
        json.WriteString("content_hash", content);
        json.WriteInteger("rows", m.Rows);
        json.WriteInteger("shards", m.Shards);
        json.WriteInteger("bytes", m.Bytes);
        if (references is not null)
            ReferenceText.Write(json, references);
        json.WriteString("scheme", m.Partition.Scheme);
        PartitionText.Write(json, m.Partition);
        json.WriteString("frame", m.Frame);
        json.WriteFloat("epoch_year", m.EpochYear);
        json.WriteFloat("sky_area_deg2", m.SkyAreaDeg2);
        if (coverage is not null)
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
        foreach (ColumnSchema c in m.Columns)
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
            if (statistics?.GetValueOrDefault(c.Name) is { } line)
                StatisticsText.Write(json, line);
            json.WriteEndObject();
        }
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
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
