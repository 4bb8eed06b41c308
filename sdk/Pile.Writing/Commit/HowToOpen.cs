using System.Text.Json;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>The part of the README that shows how to open the dataset. Its code runs unchanged in the dataset's folder.</summary>
internal static class HowToOpen
{
    internal static string Write(Manifest manifest)
    {
        string subset = manifest.Subset;
        bool hasPositions = manifest.Partition.Key.HasPositions;
        ColumnSchema? heavy = manifest.Columns.FirstOrDefault(c => c.Storage == ColumnStorage.Heavy);
        string tiles = hasPositions ? $"{subset}/index/dataset/Norder=*/Dir=*/Npix=*.parquet" : $"{subset}/index/*.parquet";
        (string columns, string condition, string sorted) = manifest.Partition.Frame is { } frame
            ? ($"object_id, {frame.Lon}, {frame.Lat}", $"{frame.Lat} > -90", frame.Lat)
            : ("object_id, key", "key >= 0", "key");
        string names = string.Join(", ", columns.Split(", ").Select(name => $"\"{name}\""));
        string pieces = manifest.IsIndexOnly ? "" : " Columns that begin with `_pile_` say where a row's bytes lie in the shards.";
        return $$"""

            ## How to open it

            All code here runs in the dataset's folder.
            {{(manifest.IsIndexOnly ? "" : H5py(manifest, heavy))}}{{(hasPositions ? Lsdb(manifest) : "")}}
            ### DuckDB

            The tiles of the index are Parquet, for any tool that reads it.

            ```sql
            SELECT {{columns}} FROM read_parquet('{{tiles}}', hive_partitioning = false) WHERE {{condition}} ORDER BY {{sorted}} LIMIT 5;
            ```

            ### Pile

            ```sh
            pile info .
            pile query . --where "{{condition}}" --columns {{columns.Replace(" ", "", StringComparison.Ordinal)}} --limit 5
            pile validate . --deep{{(heavy is null ? "" : $"\npile read . --id ID --columns {Word(heavy.Name)} --out ../rows")}}
            ```

            ```csharp
            await using Dataset dataset = await Dataset.OpenAsync(".");
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("{{condition}}").Columns({{names}})))
                Console.WriteLine(batch.RowCount);
            RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Limit(10));
            for (int row = 0; row < rows.Count; row++)
                Console.WriteLine($"{rows.IdAt(row)}: {rows.ReadRow(row).Columns.Length} columns");
            ```

            `pile.yaml` is the manifest, `files.parquet` lists every file with its SHA-256.{{pieces}}

            """.ReplaceLineEndings("\n");
    }

    private static string H5py(Manifest manifest, ColumnSchema? heavy)
    {
        string firstRow = heavy is null ? "        print(path, len(ids))"
            : $"        first = shard[{Quoted(ColumnNames.ToHdf5(heavy.Name))}][0]\n        print(path, len(ids), first.shape)";
        (string arrays, string datasets) = manifest.Partition.Frame is { } frame
            ? ($"ids, {frame.Lon}, {frame.Lat}", $"""shard["object_id"][:], shard["{frame.Lon}"][:], shard["{frame.Lat}"][:]""")
            : ("ids, keys", """shard["object_id"][:], shard["key"][:]""");
        return $$"""

            ### h5py

            Shards are HDF5 files, one dataset for each column; the first axis is the row. Attributes say what columns mean.

            ```python
            import glob, h5py
            for path in sorted(glob.glob("{{manifest.Subset}}/{{manifest.Partition.Key.StoredColumn}}=*/*.hdf5")):
                with h5py.File(path) as shard:
                    {{arrays}} = {{datasets}}
            {{firstRow}}
            ```

            """;
    }

    private static string Lsdb(Manifest manifest)
    {
        string subset = manifest.Subset;
        string collection = manifest.MarginArcsec is null ? "" : $"; with its margin, `{subset}` is a HATS collection";
        return $$"""

            ### LSDB

            `{{subset}}/index` is a HATS catalogue of the light columns{{collection}}.

            ```python
            import lsdb
            catalog = lsdb.open_catalog("{{(manifest.MarginArcsec is null ? $"{subset}/index" : subset)}}")
            ```

            """;
    }

    /// <summary>Returns a text as a Python literal, which is the same as in JSON.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>Returns a text as a word of a shell, quoted if necessary.</summary>
    private static string Word(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
