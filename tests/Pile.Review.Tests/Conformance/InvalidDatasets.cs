using Pile.Codecs;
using Pile.Review.Tests.Validation;
using Pile.TestKit;
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
internal sealed partial record InvalidDataset(string Name, string Base, string Description, string[] Shallow, string[] Deep,
    Action<MutableDataset> Damage)
{
    /// <summary>Codes that may be reported in addition: if the bytes of a shard have changed, a validator need not check more than the
    /// pieces.</summary>
    internal string[] May { get; init; } = [];

    private const string Margin = "margin", Numbers = "catalogue-int64", Image = "image", Spectrum = "spectrum", Texts = "catalogue-text",
        Cube = "cube", Series = "time-series", Nested = "nested", Matched = "matched",
        Ids = "ids", Coverage = "coverage", Hash = "hash", IndexOnly = "index-only", Reference = "reference", Earth = "earth",
        Window = "window", Tile = "tile", TileSpec = "tile-spec";

    internal static IReadOnlyList<InvalidDataset> All { get; } =
    [
        .. Manifests(), .. Columns(), .. Files(), .. Indexes(), .. Shards(), .. References(), .. OnEarth(),
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
            d => d.EditManifest("spectral_medium: vacuum\n", "")) { May = ["S002"] },
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
        new("M001-categories", Numbers, "a column of floats names codes", ["M001"], ["M001"],
            d => d.EditManifest("- name: g.mag\n  dtype: float32\n",
                "- name: g.mag\n  dtype: float32\n  categories: [{code: 1, name: a}]\n"))
            { May = ["S002"] },
        new("M001-frame", Numbers, "the positions are in a frame that version 1 does not define", ["M001"], ["M001"],
            d => d.EditManifest("frame: ICRS", "frame: FK5")),
        new("M001-epoch", Numbers, "the epoch is an infinite year", ["M001"], ["M001"],
            d => d.EditManifest("epoch_year: 2016", "epoch_year: .inf")),
        new("M001-modality", Numbers, "the modality is unknown", ["M001"], ["M001"],
            d => d.EditManifest("modality: catalogue", "modality: catalog")),
        new("M001-scheme", Numbers, "the rows are divided by an unknown scheme", ["M001"], ["M001"],
            d => d.EditManifest("scheme: healpix", "scheme: hash")),
        new("M001-hash-version", Hash, "the rows of format 1.0 have no positions", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("M001-hash-frame", Hash, "rows without positions have a frame", ["M001"], ["M001"],
            d => d.EditManifest("bits: 2}\n", "bits: 2}\nframe: ICRS\n")),
        new("M001-hash-bits", Hash, "the cells have more bits than a key may give them", ["M001"], ["M001"],
            d => d.EditManifest("bits: 2}", "bits: 17}")),
        new("M001-earth-version", Earth, "positions of format 1.0 are on the earth", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("M001-earth-epoch", Earth, "positions on the earth have an epoch", ["M001"], ["M001"],
            d => d.EditManifest("frame: WGS84\n", "frame: WGS84\nepoch_year: 2016\n")),
        new("M001-earth-frame", Earth, "the frame of longitudes and latitudes is that of the sky", ["C001", "I001", "M001"],
            ["C001", "I001", "M001", "S002"],
            d => d.EditManifest("frame: WGS84", "frame: ICRS")),
        new("M001-no-shards", Numbers, "a dataset of format 1.0 has no shards", ["M001"], ["M001"],
            d => d.EditManifest("\nshards: ", "\nshards: none # ")),
        new("M001-heavy", IndexOnly, "a column is heavy, but there are no shards", ["M001"], ["M001"],
            d => d.EditManifest("- name: colours\n  dtype: float32\n  shape: [4]\n  storage: light",
                "- name: colours\n  dtype: float32\n  shape: [4]\n  storage: heavy")),
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
            d => d.EditManifest("  time: {scale: TDB, reference: BARYCENTER, zero_mjd: 56999.5}\n", "")) { May = ["S002"] },
        new("C003-native", Spectrum, "an alias refers to an unknown column", ["C003"], ["C003"],
            d => d.EditManifest("native: SNR", "native: SNRR")),
        new("C003-expression", Spectrum, "an alias is an expression over an unknown column", ["C003"], ["C003"],
            d => d.EditManifest("* native_Z", "* native_Q")),
        new("C003-statement", Spectrum, "an alias is more than one expression", ["C003"], ["C003"],
            d => d.EditManifest("299792.458 * native_Z", "native_Z FROM range(9)")),
        new("C004-range", Numbers, "a declination is 95°", ["C004"], ["C004"], d => Set(d, "dec", "95::DOUBLE")) { May = ["S003"] },
        new("C004-lon", Earth, "a longitude is 190°", ["C004", "G001"], ["C004", "G001"], d => Set(d, "lon", "190::DOUBLE"))
            { May = ["S003"] },
        new("C004-nan", Numbers, "a right ascension is NaN", ["C004"], ["C004"], d => Set(d, "ra", "'nan'::DOUBLE"))
            { May = ["S003"] },
        new("C004-null", Numbers, "a right ascension is missing", ["C004"], ["C004"], d => Set(d, "ra", "NULL")),
        new("C005-twice", Numbers, "two rows have the same id", ["C005"], ["C005"],
            d => Set(d, "object_id", "(SELECT object_id FROM tile WHERE file_row_number = 0)")) { May = ["S003"] },
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
            d => d.EditManifest("  spectral_medium: air\n", "")) { May = ["S002"] },
        new("C010-time", Matched, "the times of one side have no scale", ["C010"], ["C010"],
            d => d.EditManifest("  time: {scale: TAI, reference: TOPOCENTER, zero_mjd: 0}\n", "")) { May = ["S002"] },
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
}
