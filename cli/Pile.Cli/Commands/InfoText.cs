using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>Writes what <c>pile info</c> shows as text.</summary>
internal static class InfoText
{
    internal static void Write(TextWriter output, InfoFacts facts)
    {
        Dataset dataset = facts.Dataset;
        Manifest m = dataset.LayeredManifest;
        Provenance p = m.Provenance;
        Fact("name", $"{m.Name}, version {m.Version} (format {m.FormatVersion})");
        Fact("about", m.Description);
        Fact("modality", m.Modality);
        Fact("provenance", $"{p.Project} / {p.Survey} / {p.Instrument} / {p.Release}; built by {p.Builder} {p.BuilderVersion}");
        Fact("licence", p.Licence);
        Fact("citation", p.Citation);
        Fact("rows", string.Create(CultureInfo.InvariantCulture,
            $"{m.Rows:N0} in {(m.IsIndexOnly ? "the index alone" : CountText.Of(m.Shards, "shard"))}"
                + $"{(m is { Foreign: not null, Bytes: 0 } ? "" : $", {m.Bytes:N0} bytes")}"));
        if (facts.References is { } references)
            Fact("references", ReferenceText.Of(references));
        Fact("partition", m.Partition.Grid is { } grid ? $"tiles of the grid {grid}"
            : m.Partition.Order is { } order ? $"HEALPix order {order} (nside {1L << order}), NESTED"
            : $"{m.Partition.Bits} bits of a hash of the id: rows have no positions");
        Fact("sky area", m.SkyAreaDeg2 is { } area ? string.Create(CultureInfo.InvariantCulture,
            $"{area:0.####} deg² (pixels of order {Manifest.SkyAreaOrder} with rows)") : null);
        Fact("coverage", facts.Coverage is { } coverage ? $"{CoverageOutput.Text(coverage)}: {coverage}" : null);
        Fact("frame", m.EpochYear is { } epoch ? string.Create(CultureInfo.InvariantCulture, $"{m.Frame}, epoch {epoch}") : m.Frame);
        Fact("time", m.Time is { } t ? string.Create(CultureInfo.InvariantCulture,
            $"MJD {t.StartMjd:0.#####} to {t.EndMjd:0.#####} {t.Scale}{(t.Reference is null ? "" : $", {t.Reference}")}") : null);
        Fact("wavelengths", m.SpectralMedium);
        if (dataset.Saved is { } saved)
        {
            Fact("query", string.Create(CultureInfo.InvariantCulture, $"{facts.SelectedRows:N0} of {CountText.Of(m.Rows, "row")}, hash "
                + $"{saved.Hash}"));
            foreach ((string part, string text) in SavedQueryText.Of(saved))
                Fact($"  {part}", text);
        }
        if (dataset.Source is { } source)
            SourceFacts.Write(source, Fact);
        Fact("root", dataset.Root);
        Fact("content hash", facts.ContentHash ?? (dataset.Source is not null ? "none: the commit identifies the rows of a source"
            : dataset.Catalogue is not null ? "none: the files of a HATS catalogue have no checksums"
            : "unknown: the list of files cannot be read; run 'pile validate'"));
        output.WriteLine();
        TextTable.Write(output, [("column", false), ("dtype", false), ("shape", false), ("unit", false), ("", false),
            ("description", false)],
            [.. m.Columns.Select(c => new[] { c.Name, c.DType.Name(), ShapeText(c), c.Unit ?? "", Notes(c), c.Description ?? "" })]);
        WriteBands(output, m);
        if (facts.Statistics is { } statistics)
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

    /// <summary>Writes what the bands of images have for all rows; nothing if that is their names alone.</summary>
    private static void WriteBands(TextWriter output, Manifest manifest)
    {
        string[][] rows = [.. manifest.Columns.SelectMany(c => c.Bands.Select(b => new[] { c.Name, b.Name, b.Unit ?? "",
            Number(b.ZeroPointMag), Number(b.WavelengthAngstrom), b.MaskBits ?? "" }))];
        if (rows.All(row => row[2..].All(string.IsNullOrEmpty)))
            return;
        output.WriteLine();
        TextTable.Write(output, [("column", false), ("band", false), ("unit", false), ("zero point (mag)", true), ("wavelength (Å)", true),
            ("mask bits", false)], rows);

        static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
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
            $"{(column.DType is DType.String ? "times as text," : $"MJD − {t.ZeroMjd}")} {t.Scale}"
                + $"{(t.Reference is null ? "" : $" {t.Reference}")}") : null,
        column.SpectralMedium is { } medium ? $"in {medium}" : null,
        column.Categories.IsEmpty ? null : string.Join(" ", column.Categories.Select(c => $"{c.Code}={c.Name}")),
        column.Sentinels.IsEmpty ? null
            : $"none = {string.Join(" ", column.Sentinels.Select(s => s.ToString(CultureInfo.InvariantCulture)))}",
        column.IndexName is { } name ? $"in SQL {name}" : null,
    }.OfType<string>());
}
