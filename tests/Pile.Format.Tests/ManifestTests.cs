using System.Collections.Immutable;
using Pile.TestKit;

namespace Pile.Format.Tests;

public class ManifestTests
{
    private static readonly Manifest Complete = new()
    {
        Name = "nasty",
        Version = "1.0",
        Modality = "spectrum",
        Description = "colons: and # hashes, \"quotes\", 'single', – dashes",
        Provenance = new()
        {
            Project = "yes",
            Survey = "n",
            Instrument = "12",
            Release = "~",
            Licence = "CC-BY-4.0",
            Citation = "line one\nline two",
            Builder = "null",
            BuilderVersion = "1"
        },
        Rows = 3_000_000_000,
        Shards = 2,
        Bytes = 9_007_199_254_740_993,
        Partition = new(Partition.Healpix, 4),
        EpochYear = 2016,
        Time = new("TAI", null, 51602.276, 57859.1),
        SpectralMedium = "vacuum",
        SkyAreaDeg2 = 0.1 + 0.2,
        FilesSha256 = new string('a', 64),
        Columns =
        [
            new() { Name = "object_id", DType = DType.String, StringBytes = 17, Role = ColumnRole.Standard },
            new() { Name = "spectrum_flux", DType = DType.Float32, Shape = [ColumnSchema.Ragged], Storage = ColumnStorage.Heavy,
                Padding = Padding.Edge, Codec = PieceCodec.ShuffleDeflate, Unit = "1e-17 erg/s/cm^2/Angstrom" },
            new() { Name = "spectrum_mask", DType = DType.Bool, Shape = [ColumnSchema.Ragged], Storage = ColumnStorage.Heavy,
                Padding = new(1), MaskPolarity = MaskPolarity.TrueIsBad },
            new() { Name = "Z", DType = DType.Float32, IndexName = "native_Z", Nullable = true, Unit = "" },
            new() { Name = "forced.g_cmodel mag/ü", DType = DType.Float64, Shape = [5],
                Bands = [new() { Name = "y", WavelengthAngstrom = 9761.0, ZeroPointMag = 22.5 }] },
        ],
        Aliases = [new() { Name = "z", Native = "Z" }, new() { Name = "rmag", Expression = "\"forced.r_mag\" - a_r", Unit = "mag" }],
        Sources = [new("s3://bucket/a b.fits", 12, new string('0', 64))],
    };

    [Fact]
    public void A_written_manifest_is_read_back()
    {
        Manifest read = ManifestReader.Read(ManifestWriter.Write(Complete), "pile.yaml");
        Assert.Equal(ManifestWriter.Write(Complete), ManifestWriter.Write(read));
        Assert.Equal(Complete.Bytes, read.Bytes);
        Assert.Equal(Complete.SkyAreaDeg2, read.SkyAreaDeg2);
        Assert.Equal(Complete.Provenance, read.Provenance);
        Assert.Equal(Complete.Time, read.Time);
        Assert.Equal(Complete.Description, read.Description);
        Assert.Equal(Complete.Columns.Length, read.Columns.Length);
        foreach ((ColumnSchema expected, ColumnSchema actual) in Complete.Columns.Zip(read.Columns))
        {
            Assert.Equal(expected.Shape.AsSpan(), actual.Shape.AsSpan());
            Assert.Equal(expected.Bands.AsSpan(), actual.Bands.AsSpan());
            ImmutableArray<int> noShape = [];
            ImmutableArray<BandSchema> noBands = [];
            Assert.Equal(expected with { Shape = noShape, Bands = noBands }, actual with { Shape = noShape, Bands = noBands });
        }
    }

    [Fact]
    public void PyYAML_reads_texts_as_text()
    {
        using TestKit.TemporaryFolder folder = new();
        File.WriteAllText(folder["pile.yaml"], ManifestWriter.Write(Complete));
        string kinds = TestKit.Python.Run("""
            import sys, yaml
            d = yaml.safe_load(open(sys.argv[1]))
            print(*[type(v).__name__ for v in (d['pile'], d['version'], d['provenance']['project'], d['provenance']['survey'],
                  d['provenance']['instrument'], d['provenance']['release'], d['provenance']['builder'], d['rows'], d['sky_area_deg2'],
                  d['columns'][4]['bands'][0]['name'])])
            """, folder["pile.yaml"]);
        Assert.Equal("str str str str str str str int float str", kinds.Trim());
    }

    [Theory]
    [InlineData("modality: spectrum", "modality: [a]", "expected a single value, found a list")]
    [InlineData("dtype: float32", "dtype: complex64", "expected one of bool, int8")]
    [InlineData("storage: heavy", "stroage: heavy", "unknown key 'stroage' (did you mean 'storage'?)")]
    [InlineData("rows: 3000000000", "rows: many", "expected an integer, found 'many'")]
    [InlineData("rows: 3000000000", "rows: -1", "'rows': expected a number from 0 to 9223372036854775807, found -1")]
    [InlineData("shards: 2", "shards: 9999999999", "'shards': expected a number from 0 to 2147483647, found 9999999999")]
    [InlineData("order: 4", "order: 30", "expected an order from 0 to 29, found 30")]
    [InlineData("subset: main", "subset: &a main", "anchors and aliases are not allowed")]
    [InlineData("subset: main", "subset: !!str main", "tags are not allowed")]
    [InlineData("subset: main\n", "", "the key 'subset' is missing")]
    [InlineData("shards: 2", "shards: 2\nshards: 3", "the key 'shards' is a duplicate")]
    [InlineData("frame: ICRS", "frame: FK5", "expected ICRS or WGS84, found 'FK5'")]
    [InlineData("modality: spectrum", "modality: spectra",
        "expected image or spectrum or cube or time-series or catalogue or file or scene or chip, found 'spectra'")]
    [InlineData("spectral_medium: vacuum", "spectral_medium: water", "expected vacuum or air, found 'water'")]
    [InlineData("scheme: healpix", "scheme: quadkey", "expected healpix or hash or tile, found 'quadkey'")]
    [InlineData("scheme: healpix", "scheme: tile", "the scheme 'tile' requires the frame WGS84, the manifest has ICRS")]
    [InlineData("scheme: healpix", "scheme: hash", "the scheme 'hash' requires format version 1.1, the manifest has 1.0")]
    [InlineData("scale: TAI", "scale: BJD_TDB", "expected a time scale of FITS")]
    [InlineData("scale: TAI", "scale: TAI, reference: here", "expected a reference position of FITS")]
    [InlineData("start_mjd: 51602.276", "start_mjd: .nan", "expected a finite number, found '.nan'")]
    [InlineData("end_mjd: 57859.1", "end_mjd: 1", "expected an end at or after the start, found '1'")]
    [InlineData("epoch_year: 2016", "epoch_year: .inf", "expected a finite number, found '.inf'")]
    [InlineData("epoch_year: 2016", "epoch_year: Infinity", "expected a finite number, found 'Infinity'")]
    [InlineData("epoch_year: 2016", "epoch_year: 1e400", "expected a finite number, found '1e400'")]
    [InlineData("epoch_year: 2016", "epoch_year: 2e9", "expected a number from -10000 to 10000, found '2e9'")]
    [InlineData("sky_area_deg2: 0.3", "sky_area_deg2: 50000.3", "expected a number from 0 to 41253, found '50000.3")]
    [InlineData("padding: 1", "padding: -.inf", "expected a finite number, found '-.inf'")]
    [InlineData("wavelength_angstrom: 9761", "wavelength_angstrom: .nan", "expected a finite number, found '.nan'")]
    [InlineData("subset: main", "subset: ../main", "expected the name of a folder in the dataset")]
    [InlineData("sha256: aaaa", "sha256: AAAA", "expected a SHA-256 of 64 lower-case hexadecimal digits")]
    [InlineData("index_name: native_Z", "index_name: OBJECT_ID", "found 'OBJECT_ID' twice")]
    [InlineData("index_name: native_Z", "index_name: _pile_source", "expected a name that does not begin with '_pile_'")]
    public void An_invalid_manifest_is_reported_with_line_and_column(string right, string wrong, string finding)
    {
        string text = ManifestSeal.Of(ManifestWriter.Write(Complete).Replace(right, wrong, StringComparison.Ordinal));
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(text, "some/pile.yaml"));
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"some/pile.yaml, line {error.Line}, column {error.Column}: ", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Line, 1, text.Count(c => c == '\n') + 1);
    }

    [Fact]
    public void A_newer_major_version_is_rejected_and_a_newer_minor_version_is_read()
    {
        string text = ManifestSeal.Without(ManifestWriter.Write(Complete));
        Assert.Throws<VersionNotSupportedException>(
            () => ManifestReader.Read(text.Replace("pile: \"1.0\"", "pile: \"2.0\"", StringComparison.Ordinal), "pile.yaml"));
        Manifest newer = ManifestReader.Read(text.Replace("pile: \"1.0\"", "pile: \"1.7\"\nunheard_of: {a: 1}", StringComparison.Ordinal),
            "pile.yaml");
        Assert.Equal(new FormatVersion(1, 7), newer.FormatVersion);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b\n")]
    [InlineData("pile: \"1.0\"\n---\na: b\n")]
    [InlineData("a: [1, 2")]
    [InlineData("pile: [\nname: x\n")]
    [InlineData("\u0000")]
    public void Text_that_is_not_a_manifest_is_rejected(string text) =>
        Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(text, "pile.yaml"));

    [Fact]
    public void The_last_line_is_the_checksum_of_all_lines_before_it()
    {
        string text = ManifestWriter.Write(Complete);
        Assert.Equal(ManifestSeal.Of(text), text);
        Assert.EndsWith($"\ncrc32c: \"{ManifestReader.Read(text, "pile.yaml").Crc32C:x8}\"\n", text, StringComparison.Ordinal);
        Assert.Null(ManifestReader.Read(ManifestSeal.Without(text), "pile.yaml").Crc32C);
    }

    [Fact]
    public void An_edited_manifest_is_rejected_with_the_correct_checksum_in_the_message()
    {
        string edited = ManifestWriter.Write(Complete).Replace("unit: mag", "unit: mas", StringComparison.Ordinal);
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(edited, "pile.yaml"));
        Assert.True(error.IsDamaged);
        Assert.Equal(edited.Count(c => c == '\n'), error.Line);
        string line = ManifestSeal.Of(edited).Split('\n')[^2];
        Assert.Contains($"to accept an edited manifest, write {line} here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_rejected_with_line_and_column()
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(ManifestSeal.Without(ManifestWriter.Write(Complete)));
        bytes[bytes.AsSpan().IndexOf("nasty"u8)] = 0xFF;
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(bytes, "pile.yaml"));
        Assert.Equal((2, 7), (error.Line, error.Column));
        Assert.Contains("expected UTF-8, found the byte 0xFF", error.Message, StringComparison.Ordinal);
    }

    /// <summary>An undetected flip may only change the key of the checksum to an unknown key; all else is unchanged.</summary>
    [Fact]
    public void Every_flipped_bit_is_detected_or_harmless()
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(ManifestWriter.Write(Complete));
        string without = ManifestWriter.Write(ManifestReader.Read(bytes, "pile.yaml"));
        int accepted = 0;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Manifest read = ManifestReader.Read(bytes, "pile.yaml");
                accepted++;
                Assert.InRange(bit / 8, bytes.Length - "crc32c: \"12345678\"\n".Length, bytes.Length - "c: \"12345678\"\n".Length);
                Assert.Null(read.Crc32C);
                Assert.Equal(without, ManifestWriter.Write(read));
            }
            catch (PileException)
            {
                // Detected.
            }
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.InRange(accepted, 1, 6 * 8);
    }

    [Fact]
    public void Deep_nesting_is_rejected_before_the_stack_overflows() =>
        Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(new string('[', 100_000), "pile.yaml"));
}
