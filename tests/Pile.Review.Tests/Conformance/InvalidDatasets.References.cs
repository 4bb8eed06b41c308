using Pile.Review.Tests.Validation;

namespace Pile.Review.Tests.Conformance;

internal sealed partial record InvalidDataset
{
    private const string Sources = "main/sources.parquet";

    private static IEnumerable<InvalidDataset> References() =>
    [
        new("M001-reference-version", Reference, "a column of format 1.0 is in other files", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("M001-reference-shards", Reference, "a column is in other files, but there are shards", ["M001"], ["M001"],
            d => d.EditManifest("shards: none", "shards: 0")),
        new("I002-reference", Reference, "a tile does not say in which file a value is", ["I002"], ["I002"],
            d => Rewrite(d, "SELECT * EXCLUDE (_pile_grid_source) FROM tile")),
        new("I005-reference-outside", Reference, "a piece is outside its file", ["I005"], ["I005"],
            d => Set(d, "_pile_content_offset", "1000000")),
        new("I005-reference-file", Reference, "a piece is in a file that is not listed", ["I005"], ["I005"],
            d => Set(d, "_pile_content_source", "1")),
        new("I005-reference-count", Reference, "a row has one chunk too few", ["I005"], ["I005"],
            d => Rewrite(d, "SELECT * REPLACE (_pile_grid_offset[:1] AS _pile_grid_offset, _pile_grid_size[:1] AS _pile_grid_size, "
                + "_pile_grid_codec[:1] AS _pile_grid_codec, _pile_grid_crc32c[:1] AS _pile_grid_crc32c) FROM tile")),
        new("I005-reference-first", Reference, "a row begins within the elements of another one", ["I005"], ["I005"],
            d => Rewrite(d, "SELECT * REPLACE (_pile_grid_first + 1 AS _pile_grid_first) FROM tile")),
        new("I005-reference-codec", Reference, "a piece has an unknown codec", ["I005"], ["I005"],
            d => Set(d, "_pile_content_codec", "38::UTINYINT")),
        new("S004-reference", Reference, "the checksum of a piece is another one", [], ["S004"],
            d => Set(d, "_pile_content_crc32c", "1::UINTEGER", row: 2)),
        new("R001-missing", Reference, "the list of files is missing", ["R001"], ["R001"],
            d =>
            {
                d.Delete(Sources);
                d.RewriteList($"SELECT * FROM tile WHERE path <> '{Sources}'");
            }),
        new("R001-address", Reference, "an address leaves the dataset", ["R001"], ["R001"],
            d => SetSource(d, "'../values.bin' AS uri")),
        new("R001-number", Reference, "the number of a file is left out", ["R001"], ["R001"], d => SetSource(d, "1 AS source")),
        new("R002-size", Reference, "a file has another size than the recorded one", ["R002"], ["R002"],
            d => SetSource(d, "bytes + 1 AS bytes")),
        new("R002-missing", Reference, "a file does not exist", ["R002"], ["R002"], d => SetSource(d, "'main/other.bin' AS uri")),
        new("R002-sha256", Reference, "a file has another SHA-256 than the recorded one", [], ["R002"],
            d => SetSource(d, $"'{new string('0', 64)}' AS sha256")),
        new("R003-place", Reference, "it is not known where a file is", ["R003"], ["R003"],
            d => SetSource(d, "'mount://elsewhere/values.bin' AS uri")),
        new("R004-unverified", Reference, "a value has no checksum", ["R004"], ["R004"],
            d => Set(d, "_pile_content_crc32c", "NULL", row: 2)),
    ];

    private static void SetSource(MutableDataset d, string replacement)
    {
        d.RewriteTile(Sources, $"SELECT * REPLACE ({replacement}) FROM tile");
        d.Seal();
    }
}
