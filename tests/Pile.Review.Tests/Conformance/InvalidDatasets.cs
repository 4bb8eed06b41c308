using Pile.Codecs;
using Pile.DuckDb;
using Pile.Review.Tests.Validation;
using Pile.TestKit;
using Pile.Writing.Index;
using Pile.Writing.Tests;

namespace Pile.Review.Tests.Conformance;

/// <summary>An invalid dataset of format-spec/conformance/v1: a valid dataset, how it is damaged, and the codes that must be
/// reported.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Base">The valid dataset.</param>
/// <param name="Description">What is wrong, in a sentence.</param>
/// <param name="Shallow">Codes without reading every byte.</param>
/// <param name="Deep">Codes after reading every byte.</param>
/// <param name="Damage">Damages a copy of the valid dataset.</param>
internal sealed record InvalidDataset(string Name, string Base, string Description, string[] Shallow, string[] Deep,
    Action<MutableDataset> Damage)
{
    /// <summary>Codes that may be reported in addition: if the bytes of a shard have changed, a validator need not check more than the
    /// pieces.</summary>
    internal string[] May { get; init; } = [];

    private const string Margin = "margin", Numbers = "catalogue-int64", Image = "image", Spectrum = "spectrum", Texts = "catalogue-text",
        Cube = "cube", Series = "time-series", Nested = "nested", Matched = "matched",
        Ids = "ids";

    internal static IReadOnlyList<InvalidDataset> All { get; } =
    [
        .. Manifests(), .. Columns(), .. Files(), .. Indexes(), .. Shards(),
    ];

    private static IEnumerable<InvalidDataset> Manifests() =>
    [
        new("M001-missing", Numbers, "the manifest is missing", ["M001"], ["M001"], d => d.Delete("pile.yaml")),
        new("M001-no-yaml", Numbers, "the manifest is not valid YAML", ["M001"], ["M001"],
            d => File.WriteAllText(d["pile.yaml"], "pile: [\n")),
        new("M001-unknown-key", Numbers, "a column has a key that version 1 does not define", ["M001"], ["M001"],
            d => d.EditManifest("storage: light", "stroage: light")),
        new("M001-anchor", Numbers, "the manifest uses an anchor", ["M001"], ["M001"],
            d => d.EditManifest("subset: main", "subset: &here main")),
        new("M001-medium", Spectrum, "there are wavelengths without a medium", ["M001"], ["M001"],
            d => d.EditManifest("spectral_medium: vacuum\n", "")),
        new("M001-column-medium", Matched, "a column of format 1.0 has a spectral medium", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("M001-list-axes", Cube, "a light ragged column has two axes", ["M001"], ["M001"],
            d => d.EditManifest("- name: cube_map_label\n  dtype: string\n  shape: [ragged]",
                "- name: cube_map_label\n  dtype: string\n  shape: [ragged, ragged]")),
        new("M001-overflow", Texts, "a row of a light column has 2^64 elements", ["M001"], ["M001"],
            d => d.EditManifest("- name: colours\n  dtype: float32\n  shape: [4]",
                "- name: colours\n  dtype: float32\n  shape: [65536, 65536, 65536, 65536]")),
        new("M001-encoding", Nested, "a column of numbers declares an encoding of files", ["M001"], ["M001"],
            d => d.EditManifest("encoding: jpeg", "encoding: jpeg\n  nested: thumb")),
        new("M001-frame", Numbers, "the positions are in a frame that version 1 does not define", ["M001"], ["M001"],
            d => d.EditManifest("frame: ICRS", "frame: FK5")),
        new("M001-epoch", Numbers, "the epoch is an infinite year", ["M001"], ["M001"],
            d => d.EditManifest("epoch_year: 2016", "epoch_year: .inf")),
        new("M001-modality", Numbers, "the modality is unknown", ["M001"], ["M001"],
            d => d.EditManifest("modality: catalogue", "modality: catalog")),
        new("M001-scheme", Numbers, "the rows are divided by an unknown scheme", ["M001"], ["M001"],
            d => d.EditManifest("scheme: healpix", "scheme: hash")),
        new("M001-storage", Numbers, "a column is stored in an unknown way", ["M001"], ["M001"],
            d => d.EditManifest("storage: light", "storage: reference")),
        new("M001-time-scale", Series, "a column of times has an unknown time scale", ["M001"], ["M001"],
            d => d.EditManifest("scale: TDB", "scale: BJD")),
        new("M001-time-reference", Series, "a column of times has an unknown reference position", ["M001"], ["M001"],
            d => d.EditManifest("reference: BARYCENTER", "reference: SOLARSYSTEM")),
        new("M001-air", Spectrum, "the wavelengths are in an unknown medium", ["M001"], ["M001"],
            d => d.EditManifest("spectral_medium: vacuum", "spectral_medium: water")),
        new("M001-subset", Numbers, "the subset is the parent folder", ["M001"], ["M001"],
            d => d.EditManifest("subset: main", "subset: ..")),
        new("M002-newer", Numbers, "the manifest is of version 2", ["M002"], ["M002"],
            d => d.EditManifest("pile: \"1.0\"", "pile: \"2.0\"")),
        new("M003-rows", Numbers, "the manifest counts one row too many", ["M003"], ["M003"],
            d => d.EditManifest("\nrows: 10", "\nrows: 11")),
        new("M003-bytes", Numbers, "the manifest counts a different number of bytes than the list", ["M003"], ["M003"],
            d => d.EditManifest("\nbytes: ", "\nbytes: 1")),
        new("M004-unit", Numbers, "a unit was changed without updating the checksum of the manifest", ["M004"], ["M004"],
            d => d.Edit("pile.yaml", "unit: mag\n", "unit: mas\n")),
        new("M004-digits", Numbers, "the checksum of the manifest is written in upper case", ["M004"], ["M004"], d =>
            File.WriteAllText(d["pile.yaml"], UpperCaseDigits(File.ReadAllText(d["pile.yaml"])))),
        new("M004-missing", Numbers, "the list has README.md, but the manifest has no checksum", ["M004"], ["M004"], d =>
            File.WriteAllText(d["pile.yaml"], ManifestSeal.Without(File.ReadAllText(d["pile.yaml"])))),
        new("M003-tile-rows", Numbers, "the list has wrong numbers of rows for two tiles", ["M003"], ["M003"],
            d => d.RewriteList($"SELECT * REPLACE (CASE path WHEN '{d.Tile(0)}' THEN rows + 1 WHEN '{d.Tile(1)}' THEN rows - 1 ELSE rows "
                + "END AS rows) FROM tile")),
    ];

    private static string UpperCaseDigits(string manifest) =>
        manifest[..^"12345678\"\n".Length] + manifest[^"12345678\"\n".Length..].ToUpperInvariant();

    private static IEnumerable<InvalidDataset> Columns() =>
    [
        new("C001-modality", Numbers, "the modality is image, but there are no images", ["C001"], ["C001", "S002"],
            d => d.EditManifest("modality: catalogue", "modality: image")),
        new("C002-dtype", Numbers, "pmra is int32 in manifest and tiles", ["C002"], ["C002", "S002"], d =>
        {
            d.EditManifest("- name: pmra\n  dtype: float32", "- name: pmra\n  dtype: int32");
            foreach (string path in Tiles(d).Append("main/index/dataset/_common_metadata"))
                d.RewriteTile(path, "SELECT * REPLACE (pmra::INTEGER AS pmra) FROM tile");
            d.Seal();
        }),
        new("C001-cube", Cube, "a cube has no wavelengths", ["C001"], ["C001", "S002"],
            d => d.EditManifest("name: cube_lambda", "name: cube_lamda")) { May = ["I002", "M001", "I005"] },
        new("C002-time", Series, "the times of light curves have no zero point", ["C002"], ["C002"],
            d => d.EditManifest("  time: {scale: TDB, reference: BARYCENTER, zero_mjd: 56999.5}\n", "")),
        new("C003-native", Spectrum, "an alias refers to an unknown column", ["C003"], ["C003"],
            d => d.EditManifest("native: SNR", "native: SNRR")),
        new("C003-expression", Spectrum, "an alias is an expression over an unknown column", ["C003"], ["C003"],
            d => d.EditManifest("* native_Z", "* native_Q")),
        new("C003-statement", Spectrum, "an alias is more than one expression", ["C003"], ["C003"],
            d => d.EditManifest("299792.458 * native_Z", "native_Z FROM range(9)")),
        new("C004-range", Numbers, "a declination is 95°", ["C004"], ["C004", "S003"], d => Set(d, "dec", "95::DOUBLE")),
        new("C004-nan", Numbers, "a right ascension is NaN", ["C004"], ["C004", "S003"], d => Set(d, "ra", "'nan'::DOUBLE")),
        new("C004-null", Numbers, "a right ascension is missing", ["C004"], ["C004"], d => Set(d, "ra", "NULL")),
        new("C005-twice", Numbers, "two rows have the same id", ["C005"], ["C005", "S003"],
            d => Set(d, "object_id", "(SELECT object_id FROM tile WHERE file_row_number = 0)")),
        new("C006-axis", Series, "a row has more bands than band names", ["C006"], ["C006", "S003"],
            d => Set(d, "lightcurve_flux_shape", "[lightcurve_flux_shape[1] + 1, lightcurve_flux_shape[2]]")) { May = ["I005", "S004"] },
        new("C006-list", Nested, "the companion of a list counts one element too many", ["C006"], ["C006", "S003"],
            d => Set(d, "neighbours_shape", "[len(neighbours) + 1]")),
        new("C006-length", Series, "a band declares more samples than there are", ["C006"], ["C006", "S003"],
            d => Set(d, "lightcurve_length", "list_transform(lightcurve_length, lambda x: (x + 100)::INTEGER)")),
        new("C007-nested", Nested, "the lists of a nested group differ in length", ["C006", "C007"], ["C006", "C007", "S003"], d =>
        {
            foreach (string path in Tiles(d))
                d.RewriteTile(path, "SELECT * REPLACE (CASE WHEN lc IS NULL THEN NULL ELSE struct_pack(\"time\" := lc.time, flux := "
                    + "list_append(lc.flux, 1::FLOAT), class := lc.class, band := lc.band) END AS lc) FROM tile");
            d.Seal();
        }) { May = ["I002"] },
        new("C008-jpeg", Nested, "a row of JPEG files does not begin like a JPEG file", [], ["C008"], DamageJpeg),
        new("C009-code", Series, "a class has a code without a name", ["C009"], ["C009", "S003"], d => Set(d, "obj_type", "17::SMALLINT")),
        new("C010-medium", Matched, "the wavelengths of one side have no medium", ["C010"], ["C010"],
            d => d.EditManifest("  spectral_medium: air\n", "")),
        new("C010-time", Matched, "the times of one side have no scale", ["C010"], ["C010"],
            d => d.EditManifest("  time: {scale: TAI, reference: TOPOCENTER, zero_mjd: 0}\n", "")),
    ];

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
        new("I002-null", Numbers, "a value is missing in a column that is not nullable", ["I002"], ["I002"], d => Set(d, "bits", "NULL")),
        new("I002-length", Texts, "a vector has three values instead of four", ["I002"], ["I002"],
            d => Set(d, "colours", "colours[:3]", row: 0)),
        new("I003-reversed", Numbers, "the rows of a tile are sorted backwards", ["I003"], ["I003"],
            d => Rewrite(d, "SELECT * FROM tile ORDER BY _healpix_29 DESC")),
        new("I004-position", Numbers, "_healpix_29 does not match the position", ["I004"], ["I004"],
            d => Set(d, "_healpix_29", "_healpix_29 + 1")),
        new("I004-cell", Numbers, "healpix does not match the position", ["I004"], ["I004", "S003"], d => Set(d, "healpix", "healpix + 1")),
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

    internal static IEnumerable<string> Tiles(MutableDataset d) =>
        SqlRows.Of($"SELECT path FROM {d.Parquet("files.parquet")} WHERE kind = 'index'").Select(r => r[0]!);

    /// <summary>Sets a value of the second (or another) row of the first tile.</summary>
    private static void Set(MutableDataset d, string column, string value, int row = 1) =>
        Rewrite(d, $"SELECT * REPLACE (CASE WHEN file_row_number = {row} THEN {value} ELSE \"{column}\" END AS \"{column}\") FROM tile");

    private static void Rewrite(MutableDataset d, string select)
    {
        d.RewriteTile(d.Tile(0), select);
        d.Seal();
    }

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

    /// <summary>Flips the first byte of row 1's JPEG file, and updates every checksum.</summary>
    private static void DamageJpeg(MutableDataset d)
    {
        string[] place = SqlRows.Of("SELECT _pile_source, _pile_thumbnail_offset, _pile_thumbnail_size FROM "
            + $"{d.Parquet(d.Tile(0))} OFFSET 1 LIMIT 1")[0]!;
        string shard = d.Shard(int.Parse(place[0]));
        d.FlipByte(shard, long.Parse(place[1]));
        uint crc = Crc32C.Compute(File.ReadAllBytes(d[shard]).AsSpan(int.Parse(place[1]), int.Parse(place[2])));
        Set(d, "_pile_thumbnail_crc32c", $"{crc}::UINTEGER");
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
