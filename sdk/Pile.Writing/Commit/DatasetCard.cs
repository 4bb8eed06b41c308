using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>README.md</c>, the description of the dataset for people who find the folder.</summary>
internal static class DatasetCard
{
    internal static string Write(Manifest manifest)
    {
        Provenance p = manifest.Provenance;
        StringBuilder text = new();
        text.Append($"# {manifest.Name}\n\n");
        if (manifest.Description is { } description)
            text.Append($"{description}\n\n");
        string place = manifest.IsIndexOnly ? "the index alone" : string.Create(CultureInfo.InvariantCulture,
            $"{manifest.Shards:N0} shards");
        string size = string.Create(CultureInfo.InvariantCulture,
            $"{manifest.Rows:N0} rows of modality `{manifest.Modality}` in {place}, version {manifest.Version}");
        text.Append($"""
            {size}; {Cells(manifest)}.

            | | |
            |---|---|
            | Project | {Cell(p.Project)} |
            | Survey | {Cell(p.Survey)} |
            | Instrument | {Cell(p.Instrument)} |
            | Release | {Cell(p.Release)} |
            | Licence | {Cell(p.Licence)} |
            | Please cite | {Cell(p.Citation)} |
            | Built by | {Cell(p.Builder)} {Cell(p.BuilderVersion)} |

            ## Columns

            | column | dtype | shape | unit | storage | description |
            |---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (ColumnSchema c in manifest.Columns)
            text.Append($"| `{Cell(c.Name)}` | {c.DType.Name()}{(c.Nullable ? ", may be missing" : "")} | {Shape(c)} | {Cell(c.Unit)} | "
                + $"{ManifestWords.Of(ManifestWords.Storages, c.Storage)} | {Cell(c.Description)} |\n");
        if (!manifest.Aliases.IsEmpty)
        {
            text.Append("\n## Aliases\n\n| name | is | unit |\n|---|---|---|\n");
            foreach (AliasSchema a in manifest.Aliases)
                text.Append($"| `{Cell(a.Name)}` | `{Cell(a.Expression ?? (a.Scale == 1 ? a.Native : $"{a.Scale} × {a.Native}"))}` | "
                    + $"{Cell(a.Unit)} |\n");
        }
        text.Append(HowToOpen.Write(manifest));
        return text.ToString();
    }

    private static string Cells(Manifest manifest) => manifest.Partition.Grid is { } grid
        ? $"rows are divided into the tiles of the grid {grid}" : manifest.Partition.Order is { } order
        ? $"HEALPix order {order} (NESTED), positions {manifest.Frame}{Epoch(manifest)}"
        : $"rows have no positions and are sorted by a hash of their id, of which {manifest.Partition.Bits} bits number the cells";

    private static string Epoch(Manifest manifest) => manifest.EpochYear is { } year
        ? $" at epoch J{year.ToString(CultureInfo.InvariantCulture)}" : "";

    private static string Shape(ColumnSchema c) => c.IsScalar ? ""
        : $"[{string.Join(", ", c.Shape.Select(n => n == ColumnSchema.Ragged ? "ragged" : n.ToString(CultureInfo.InvariantCulture)))}]";

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
