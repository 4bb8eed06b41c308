using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>README.md</c>: what the dataset is, for people who find the folder.</summary>
internal static class DatasetCard
{
    internal static string Write(Manifest manifest)
    {
        Provenance p = manifest.Provenance;
        StringBuilder text = new();
        text.Append($"# {manifest.Name}\n\n");
        if (manifest.Description is { } description)
            text.Append($"{description}\n\n");
        text.Append($"""
            {manifest.Rows:N0} rows of modality `{manifest.Modality}` in {manifest.Shards:N0} shards, version {manifest.Version}; HEALPix order {manifest.Partition.Order} (NESTED), positions ICRS{Epoch(manifest)}.

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
            text.Append($"| `{Cell(c.Name)}` | {c.DType.Name()}{(c.Nullable ? ", may be missing" : "")} | {Shape(c)} | {Cell(c.Unit)} | {(c.Storage == ColumnStorage.Heavy ? "heavy" : "light")} | {Cell(c.Description)} |\n");
        if (!manifest.Aliases.IsEmpty)
        {
            text.Append("\n## Aliases\n\n| name | is | unit |\n|---|---|---|\n");
            foreach (AliasSchema a in manifest.Aliases)
                text.Append($"| `{Cell(a.Name)}` | `{Cell(a.Expression ?? (a.Scale == 1 ? a.Native : $"{a.Scale} × {a.Native}"))}` | {Cell(a.Unit)} |\n");
        }
        text.Append(HowToOpen(manifest.Subset));
        return text.ToString();
    }

    private static string HowToOpen(string subset) => $"""

        ## How to open it

        Shards are HDF5 files, one dataset for each column, the first axis is the row:

        ```python
        import h5py
        with h5py.File("{subset}/healpix=…/001-of-001.hdf5") as shard:
            ids, ra = shard["object_id"][:], shard["ra"][:]
        ```

        `{subset}/index` is a HATS catalogue of the light columns, for LSDB and for any tool that reads Parquet:

        ```python
        import lsdb
        catalog = lsdb.open_catalog("{subset}/index")
        ```

        ```sql
        SELECT * FROM read_parquet('{subset}/index/dataset/Norder=*/Dir=*/Npix=*.parquet', hive_partitioning = false) WHERE dec > 0;
        ```

        With Pile, from the command line: `pile info .` and `pile query . --where "dec > 0"`. `files.parquet` lists every file with its SHA-256;
        `pile.yaml` is the manifest. Columns that begin with `_pile_` say where a row's bytes lie in the shards.

        """.ReplaceLineEndings("\n");

    private static string Epoch(Manifest manifest) => manifest.EpochYear is { } year ? $" at epoch J{year.ToString(CultureInfo.InvariantCulture)}" : "";

    private static string Shape(ColumnSchema c) => c.IsScalar ? "" : $"[{string.Join(", ", c.Shape.Select(n => n == ColumnSchema.Ragged ? "ragged" : n.ToString(CultureInfo.InvariantCulture)))}]";

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
