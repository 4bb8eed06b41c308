using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Review.Tests.Validation;
using Pile.Writing.Index;
using Pile.Writing.Tests;

namespace Pile.Review.Tests.Conformance;

/// <content>Damaged lists of files, tiles and shards.</content>
internal sealed partial record InvalidDataset
{
    private const string MarginTile = "main/index_3600arcs/dataset/Norder=0/Dir=0/Npix=0.parquet";

    private static void DropMarginRow(MutableDataset d)
    {
        d.RewriteTile(MarginTile, "SELECT * FROM tile WHERE file_row_number > 0");
        string nrows = File.ReadLines(d["main/index_3600arcs/hats.properties"])
            .First(line => line.StartsWith("hats_nrows=", StringComparison.Ordinal));
        foreach (string name in (string[])["hats.properties", "properties"])
            d.Edit($"main/index_3600arcs/{name}", nrows, $"hats_nrows={int.Parse(nrows.Split('=')[1]) - 1}");
        d.Seal();
        d.RewriteList($"SELECT * REPLACE (CASE path WHEN '{MarginTile}' THEN rows - 1 ELSE rows END AS rows) FROM tile");
    }

    private static IEnumerable<InvalidDataset> Files() =>
    [
        new("F001-missing", Numbers, "the list of files is missing", ["F001"], ["F001"], d => d.Delete("files.parquet")),
        new("F001-other", Numbers, "the list does not match its checksum in the manifest", ["F001"], ["F001"],
            d => d.EditManifest(d.Sha256("files.parquet"), new string('a', 64))),
        new("F001-no-parquet", Numbers, "the list is not a Parquet file", ["F001"], ["F001"], d =>
        {
            string before = d.Sha256("files.parquet");
            File.WriteAllText(d["files.parquet"], "path,kind\n");
            d.EditManifest(before, d.Sha256("files.parquet"));
        }),
        new("F001-order", Numbers, "the shards are not numbered in the order of their cells", ["F001"], ["F001"],
            d => d.RewriteList("SELECT path, kind, source, rows, bytes, sha256 FROM tile ORDER BY CASE kind WHEN 'shard' THEN 0 WHEN "
                + "'index' THEN 1 WHEN 'meta' THEN 2 ELSE 3 END, CASE WHEN kind = 'shard' THEN -source END, path")),
        new("F002-shard", Numbers, "a shard is missing", ["F002"], ["F002"], d => d.Delete(d.Shard(1))),
        new("F002-tile", Numbers, "a tile is missing", ["F002", "I001"], ["F002", "I001"], d => d.Delete(d.Tile(1))),
        new("F003-longer", Numbers, "a shard has an additional byte", ["F003"], ["F003"], d => d.Append(d.Shard(0))),
        new("F003-shorter", Image, "a shard is truncated to half its length", ["F003"], ["F003", "S004"],
            d => d.Truncate(d.Shard(0), 0.4)) { May = ["S001"] },
        new("F004-text", Numbers, "both properties files were changed after they were listed", [], ["F004"], d =>
        {
            d.Edit("main/index/hats.properties", "obs_title=A small", "obs_title=A SMALL");
            d.Edit("main/index/properties", "obs_title=A small", "obs_title=A SMALL");
        }),
        new("F004-card", Numbers, "README.md was changed after it was listed", [], ["F004"],
            d => d.Edit("README.md", "10 rows", "11 rows")),
        new("F004-piece", Image, "a byte of a piece was flipped", [], ["F004", "S004"], d => FlipPiece(d)),
        new("F005-unlisted", Numbers, "a file is not listed: a warning", ["F005"], ["F005"],
            d => File.WriteAllText(d["main/notes.txt"], "hello\n")),
        new("F006-list", Numbers, "the list contains a path outside the dataset", ["F006"], ["F006"],
            d => d.RewriteList("FROM (SELECT * FROM tile WHERE kind <> 'source') UNION ALL SELECT '../outside.txt', 'meta', NULL, NULL, 0, "
                + "repeat('0', 64), NULL")),
        new("F008-no-parquet", Numbers, "the statistics are not a Parquet file", ["F008"], ["F008"], d =>
        {
            File.WriteAllText(d["statistics.parquet"], "column,count\n");
            d.Seal();
        }),
        new("F008-mean", Image, "a mean does not match the values", [], ["F008"],
            d => Statistics(d, "SELECT * REPLACE (CASE WHEN \"column\" = 'image_array' THEN mean * 1.001 ELSE mean END AS mean) FROM "
                + "tile")),
        new("F009-header", Numbers, "the list of skipped rows has other columns", ["F009"], ["F009"],
            d => Skipped(d, "file,line,reason\na.csv,3,not a number\n")),
        new("F009-row", Numbers, "a skipped row has a negative number", ["F009"], ["F009"],
            d => Skipped(d, "file,row,reason\na.csv,3,\"not a number: \"\"x\"\"\"\na.csv,-1,not a number\n")),
        new("F008-nulls", Spectrum, "missing values are counted as values", [], ["F008"],
            d => Statistics(d, "SELECT * REPLACE (\"count\" + nulls AS \"count\", 0::BIGINT AS nulls) FROM tile")),
    ];

    private static IEnumerable<InvalidDataset> Indexes() =>
    [
        new("I001-properties", Numbers, "the two properties differ", ["I001"], ["I001"], d =>
        {
            d.Edit("main/index/properties", "obs_title=A small", "obs_title=A SMALL");
            d.Seal();
        }),
        new("I001-partitions", Numbers, "the partition list contains a tile that does not exist", ["I001"], ["I001"], d =>
        {
            File.AppendAllText(d["main/index/partition_info.csv"], "3,767\n");
            d.Seal();
        }),
        new("I001-rows", Numbers, "hats_nrows is not the number of rows", ["I001"], ["I001"], d =>
        {
            foreach (string path in (string[])["main/index/properties", "main/index/hats.properties"])
                d.Edit(path, "hats_nrows=10", "hats_nrows=12");
            d.Seal();
        }),
        new("I002-missing", Numbers, "a tile lacks a column", ["I002"], ["I002"], d => Rewrite(d, "SELECT * EXCLUDE (bits) FROM tile")),
        new("I002-type", Numbers, "a column of a tile has another type", ["I002"], ["I002"],
            d => Rewrite(d, "SELECT * REPLACE (\"g.mag\"::DOUBLE AS \"g.mag\") FROM tile")),
        new("I002-shard", IndexOnly, "a tile names shards, but the dataset has none", ["I002"], ["I002"],
            d => Rewrite(d, "SELECT *, 0::INTEGER AS _pile_source FROM tile")),
        new("I002-null", Numbers, "a value is missing in a column that is not nullable", ["I002"], ["I002"], d => Set(d, "bits", "NULL")),
        new("I002-length", Texts, "a vector has three values instead of four", ["I002"], ["I002"],
            d => Set(d, "colours", "colours[:3]", row: 0)),
        new("I003-reversed", Numbers, "the rows of a tile are sorted backwards", ["I003"], ["I003"],
            d => Rewrite(d, "SELECT * FROM tile ORDER BY _healpix_29 DESC")),
        new("I003-shard", Numbers, "the rows of a shard are not sorted", ["I003"], ["I003", "S003"],
            d => Rewrite(d, "SELECT * REPLACE (max(_pile_source_row) OVER (PARTITION BY _pile_source) - _pile_source_row "
                + "AS _pile_source_row) FROM tile ORDER BY file_row_number")),
        new("I004-position", Numbers, "_healpix_29 does not match the position", ["I004"], ["I004"],
            d => Set(d, "_healpix_29", "_healpix_29 + 1")),
        new("I004-cell", Numbers, "healpix does not match the position", ["I004"], ["I004"], d => Set(d, "healpix", "healpix + 1"))
            { May = ["S003"] },
        new("I004-tile", Numbers, "a row is in the neighbouring tile", ["I004"], ["I004"], d =>
        {
            string first = d.Parquet(d.Tile(0));
            d.RewriteTile(d.Tile(1),
                $"FROM (SELECT *, -1 AS file_row_number FROM {first} ORDER BY _healpix_29 DESC LIMIT 1) UNION ALL FROM tile");
            d.RewriteTile(d.Tile(0), "SELECT * FROM tile WHERE file_row_number < (SELECT max(file_row_number) FROM tile)");
            d.Seal();
            d.RewriteList($"SELECT * REPLACE (CASE path WHEN '{d.Tile(0)}' THEN rows - 1 WHEN '{d.Tile(1)}' THEN rows + 1 ELSE rows END AS "
                + "rows) FROM tile");
        }),
        new("I008-key", Hash, "keys are not the hashes of the ids", ["I008"], ["I008", "S003"], d => Set(d, "key", "key + 1")),
        new("I005-outside", Image, "a piece is outside its shard", ["I005"], ["I005"],
            d => Set(d, "_pile_image_array_offset", "1000000000000", row: 0)),
        new("I005-codec", Image, "a piece has an unknown codec", ["I005"], ["I005"],
            d => Set(d, "_pile_image_array_codec", "77::UTINYINT", row: 0)),
        new("I005-half", Image, "a piece has an offset but no size", ["I005"], ["I005"],
            d => Set(d, "_pile_image_array_size", "NULL", row: 0)),
        new("I005-shard", Numbers, "a row refers to a shard that does not exist", ["I005"], ["I005"], d => Set(d, "_pile_source", "99")),
        new("I005-filter", Image, "the codec of a piece does not match the filters of its dataset", [], ["I005"],
            d => Set(d, "_pile_image_array_codec", "2::UTINYINT", row: 0)),
        new("I005-swapped", Image, "the pieces of two rows of one shard are exchanged", [], ["I005"], d =>
            Rewrite(d, "SELECT a.* REPLACE (b._pile_image_array_offset AS _pile_image_array_offset, b._pile_image_array_size AS "
                + "_pile_image_array_size, b._pile_image_array_crc32c AS _pile_image_array_crc32c) "
                + "FROM tile a JOIN tile b ON b.file_row_number = CASE a.file_row_number WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE "
                + "a.file_row_number END ORDER BY a.file_row_number")),
        new("S005-cell", Numbers, "two rows of different cells refer to each other's shards", ["S005"], ["S003", "S005"], d =>
            Rewrite(d, "SELECT a.* REPLACE (b._pile_source AS _pile_source, b._pile_source_row AS _pile_source_row) "
                + "FROM tile a JOIN tile b ON b.file_row_number = (SELECT max(file_row_number) FROM tile) - a.file_row_number ORDER BY "
                + "a.file_row_number")),
        new("I001-margin", Margin, "the threshold of the margin differs from the manifest", ["I001"], ["I001"], d =>
        {
            foreach (string name in (string[])["hats.properties", "properties"])
                d.Edit($"main/index_3600arcs/{name}", "hats_margin_threshold=3600", "hats_margin_threshold=10");
            d.Seal();
        }),
        new("I006-row", Margin, "the margin lacks a row within its threshold", [], ["I006"], DropMarginRow),
        new("I007-checksum", Ids, "a page of the positions was changed after its checksum was written", [], ["I007"], d =>
        {
            d.FlipByte("main/positions.parquet", 200);
            d.Seal();
        }),
        new("I007-coverage", Coverage, "the space-time coverage lacks a slot of a row", [], ["I007"], d =>
        {
            d.FlipByte("main/coverage.fits", 5760 + 4);
            d.Seal();
        }),
        new("I007-ids", Ids, "the index of ids exchanges the rows of two ids", [], ["I007"], d => WriteIds(d,
            "SELECT object_id, CASE row WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE row END AS row FROM file")),
        new("I007-missing", Ids, "the index of ids lacks an id", [], ["I007"], d => WriteIds(d, "SELECT * FROM file WHERE row <> 2")),
    ];

    private static void WriteIds(MutableDataset dataset, string select)
    {
        string ids = dataset["main/ids.parquet"], source = dataset["changed.parquet"];
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (WITH file AS (FROM {dataset.Parquet("main/ids.parquet")}) {select}) TO {DuckDbSql.Literal(source)}");
        File.Delete(ids);
        IdsWriter.Write(ids, source, hasTextIds: true, connection, CancellationToken.None);
        File.Delete(source);
        dataset.Seal();
    }

    private static IEnumerable<InvalidDataset> Shards() =>
    [
        new("S001-signature", Numbers, "a shard is not an HDF5 file", [], ["S001"], d =>
        {
            d.FlipByte(d.Shard(0), 1);
            d.Seal();
        }),
        new("S002-missing", Numbers, "a shard lacks a dataset", [], ["S002"], d => EditShard(d, "del f['bits']")),
        new("S002-extra", Numbers, "a shard has a link to another file", [], ["S002"],
            d => EditShard(d, "f['more'] = h5py.ExternalLink('/etc/passwd', '/x')")),
        new("S002-attribute", Numbers, "an attribute of a shard has the wrong cell", [], ["S002"],
            d => EditShard(d, "f.attrs['cell'] = 'healpix=191'")),
        new("S003-number", Numbers, "a number in a shard differs from the index", [], ["S003"],
            d => EditShard(d, "f['g.mag'][1] = 99")),
        new("S003-null", Numbers, "a value is missing in a shard but not in the index", [], ["S003"],
            d => EditShard(d, "f['größe_isnull'][...] = ~f['größe_isnull'][...]")),
        new("S003-text", Texts, "a text in a shard differs from the index", [], ["S003"],
            d => EditShard(d, "f['names'][0, 1] = 'changed'.encode()")),
        new("S004-crc", Image, "a byte of a piece was flipped before the files were listed", [], ["S004"], d =>
        {
            FlipPiece(d);
            d.Seal();
        }),
        new("S004-decode", Image, "a piece matches its CRC-32C but cannot be decoded", [], ["S004"], d =>
        {
            (string shard, _) = FlipPiece(d);
            string[] place = SqlRows.Of($"SELECT _pile_image_array_offset, _pile_image_array_size FROM {d.Parquet(d.Tile(0))} "
                + "OFFSET 1 LIMIT 1")[0]!;
            uint crc = Crc32C.Compute(File.ReadAllBytes(d[shard]).AsSpan(int.Parse(place[0]), int.Parse(place[1])));
            Set(d, "_pile_image_array_crc32c", $"{crc}::UINTEGER");
        }),
    ];

    private static void EditShard(MutableDataset d, string python)
    {
        d.EditShard(d.Shard(0), python);
        d.Seal();
    }

    private static void Statistics(MutableDataset d, string select)
    {
        d.RewriteTile("statistics.parquet", select);
        d.Seal();
    }

    /// <summary>Adds a list of skipped rows.</summary>
    private static void Skipped(MutableDataset d, string text)
    {
        File.WriteAllText(d[DatasetPaths.Skipped], text);
        d.RewriteList("SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER () AS place FROM tile UNION ALL SELECT "
            + $"'{DatasetPaths.Skipped}', 'meta', NULL, NULL, {text.Length}, '{d.Sha256(DatasetPaths.Skipped)}', NULL, 0) "
            + "ORDER BY CASE kind WHEN 'meta' THEN 1 WHEN 'source' THEN 2 ELSE 0 END, CASE kind WHEN 'meta' THEN path END, place");
    }

    /// <summary>Flips a byte of row 1's image.</summary>
    internal static (string Shard, long Row) FlipPiece(MutableDataset d)
    {
        string[] piece = SqlRows.Of("SELECT _pile_source, _pile_source_row, _pile_image_array_offset + _pile_image_array_size "
            + $"// 2 FROM {d.Parquet(d.Tile(0))} OFFSET 1 LIMIT 1")[0]!;
        string shard = d.Shard(int.Parse(piece[0]));
        d.FlipByte(shard, long.Parse(piece[2]));
        return (shard, long.Parse(piece[1]));
    }
}
