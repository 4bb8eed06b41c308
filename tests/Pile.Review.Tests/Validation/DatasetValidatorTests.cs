using System.Diagnostics;
using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.TestKit;
using Pile.Writing.Tests;

namespace Pile.Review.Tests.Validation;

public class DatasetValidatorTests
{
    private static Task<ValidationReport> Validate(MutableDataset dataset, bool deep = true, int workers = 2, int most = 100) =>
        DatasetValidator.ValidateAsync(dataset.Path, new ValidationOptions { Deep = deep, Workers = workers, MaxFindingsPerCode = most },
            TestContext.Current.CancellationToken);

    private static MutableDataset Copy(string name) => new(ConformanceFolder.Valid(name));

    [Fact]
    public async Task A_flipped_byte_is_reported_with_row_and_column()
    {
        using MutableDataset dataset = Copy("image");
        (string shard, long row) = InvalidDataset.FlipPiece(dataset);
        ValidationReport report = await Validate(dataset);
        Finding finding = Assert.Single(report.Findings, f => f.Code == FindingCodes.PieceCorrupt);
        Assert.Equal((shard, row, "image_array"), (finding.Path, finding.Row, finding.Column));
        Assert.Matches("expected CRC-32C [0-9a-f]{8} of [0-9]+ bytes from byte [0-9]+ on, found [0-9a-f]{8}", finding.Message);
    }

    [Fact]
    public async Task Checksums_of_blocks_are_compared_with_the_tiles()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        dataset.RewriteList("SELECT path, kind, source, rows, bytes, sha256, CASE kind WHEN 'index' THEN [1::UINTEGER] END AS crc32c FROM "
            + "tile");
        Assert.Empty((await Validate(dataset, deep: false)).Findings);
        Finding finding = (await Validate(dataset)).Findings[0];
        Assert.Equal((FindingCodes.FileListInvalid, "files.parquet", "crc32c"), (finding.Code, finding.Path, finding.Column));
        Assert.Matches("expected CRC-32C [0-9a-f]{8} for block 0 of 'main/index/dataset/.*', found 00000001", finding.Message);
        dataset.RewriteList("SELECT * REPLACE (CASE kind WHEN 'index' THEN [1, 2]::UINTEGER[] WHEN 'meta' THEN [3]::UINTEGER[] END AS "
            + "crc32c) FROM tile");
        ValidationReport report = await Validate(dataset, deep: false);
        Assert.Contains(report.Findings, f => f.Message.StartsWith("expected 1 for the ", StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f.Message.StartsWith("expected none for ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("_pile_source", "reserved")]
    [InlineData("_HEALPIX_29", "reserved")]
    [InlineData("LC", "nested")]
    public async Task Aliases_with_reserved_names_or_that_of_a_nested_group_are_reported(string name, string sample)
    {
        using MutableDataset dataset = Copy(sample == "nested" ? "nested" : "catalogue-int64");
        dataset.EditManifest("files:\n", $"aliases:\n- {{name: {name}, expr: \"1\"}}\nfiles:\n");
        Finding finding = Assert.Single((await Validate(dataset, deep: false)).Findings);
        Assert.Equal((FindingCodes.AliasInvalid, name), (finding.Code, finding.Column));
    }

    [Fact]
    public async Task A_sky_map_with_a_row_in_another_pixel_or_of_another_order_is_reported()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        foreach (int order in (int[])[2, 3])
        {
            Python.Run("""
                import sys, numpy as np
                from astropy.io import fits
                order = int(sys.argv[2])
                with fits.open(sys.argv[1] + '/skymap.fits') as hdus:
                    counts, header = hdus[1].data['T'].copy(), hdus[1].header
                counts[np.flatnonzero(counts)[-1]] -= 1
                counts[5] += 1
                header.update(NSIDE=2 ** order, LASTPIX=12 * 4 ** order - 1)
                counts = np.r_[counts, np.zeros(12 * 4 ** order - len(counts), 'i8')]
                table = fits.BinTableHDU.from_columns([fits.Column('T', 'K', array=counts)], header)
                for name in ('skymap', 'point_map'):
                    fits.HDUList([fits.PrimaryHDU(), table]).writeto(f'{sys.argv[1]}/{name}.fits', overwrite=True)
                """, dataset["main/index"], order.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (order > 2)
                dataset.Edit("main/index/hats.properties", "hats_skymap_order=2", "hats_skymap_order=3");
            if (order > 2)
                dataset.Edit("main/index/properties", "hats_skymap_order=2", "hats_skymap_order=3");
            dataset.Seal();
            Assert.Empty((await Validate(dataset, deep: false)).Findings);
            Finding finding = Assert.Single((await Validate(dataset)).Findings);
            Assert.Equal((FindingCodes.HatsInvalid, "main/index/skymap.fits"), (finding.Code, finding.Path));
            Assert.Contains(order > 2 ? "expected order 2" : "rows in the pixel 5 of order 2, found", finding.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sky_map_of_the_pixels_with_rows_alone_is_reported()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            with fits.open(sys.argv[1] + '/skymap.fits') as hdus:
                counts, header = hdus[1].data['T'].copy(), hdus[1].header
            header['INDXSCHM'] = 'EXPLICIT'
            pixels = np.flatnonzero(counts)
            table = fits.BinTableHDU.from_columns([fits.Column('PIXEL', 'K', array=pixels), fits.Column('T', 'K', array=counts[pixels])],
                header)
            for name in ('skymap', 'point_map'):
                fits.HDUList([fits.PrimaryHDU(), table]).writeto(f'{sys.argv[1]}/{name}.fits', overwrite=True)
            """, dataset["main/index"]);
        dataset.Seal();
        Finding finding = Assert.Single((await Validate(dataset)).Findings);
        Assert.Equal((FindingCodes.HatsInvalid, "main/index/skymap.fits"), (finding.Code, finding.Path));
        Assert.Contains("expected INDXSCHM to be IMPLICIT, found EXPLICIT", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hats_cols_default=object_id", "hats_cols_default=_healpix_29 object_id", "found '_healpix_29'")]
    [InlineData("hats_cols_default=object_id ", "hats_cols_default=", "found no 'object_id'")]
    public async Task The_default_columns_of_the_index_are_all_columns_of_the_dataset(string from, string to, string message)
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        dataset.Edit("main/index/hats.properties", from, to);
        dataset.Edit("main/index/properties", from, to);
        dataset.Seal();
        Assert.Contains((await Validate(dataset, deep: false)).Findings,
            f => f.Code == FindingCodes.HatsInvalid && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("catalogue-int64", "sky_area_deg2: 0.0", "sky_area_deg2: 0.1")]
    [InlineData("image", "start_mjd: 58849.5", "start_mjd: 58840.5")]
    [InlineData("image", "end_mjd: 58853.5", "end_mjd: 58953.5")]
    public async Task Sky_area_and_times_of_the_manifest_are_those_of_the_rows(string sample, string from, string to)
    {
        using MutableDataset dataset = Copy(sample);
        dataset.EditManifest(from, to);
        Assert.Empty((await Validate(dataset, deep: false)).Findings);
        Finding finding = Assert.Single((await Validate(dataset)).Findings);
        Assert.Equal((FindingCodes.CountMismatch, "pile.yaml"), (finding.Code, finding.Path));
        Assert.StartsWith($"'{from.Split(':')[0]}': expected ", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_epoch_of_the_positions_file_is_that_of_the_manifest()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        string manifest = File.ReadAllText(dataset["pile.yaml"]);
        if (manifest.Contains("epoch_year: ", StringComparison.Ordinal))
            dataset.EditManifest("epoch_year: 2016", "epoch_year: 2000");
        else
            dataset.EditManifest("columns:\n", "epoch_year: 2000\ncolumns:\n");
        Finding finding = Assert.Single((await Validate(dataset)).Findings, f => f.Code == FindingCodes.SortedRowsMismatch);
        Assert.Contains("'pile.epoch_year' in the footer to be 2000", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shard_repacked_by_another_program_is_reported()
    {
        using MutableDataset dataset = Copy("spectrum");
        string shard = dataset[dataset.Shard(0)];
        using (Process packing = Process.Start("h5repack", ["-f", "GZIP=9", shard, shard + ".packed"]))
            await packing.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Move(shard + ".packed", shard, overwrite: true);
        Assert.Contains((await Validate(dataset, deep: false)).Findings, f => f.Code == FindingCodes.FileSizeMismatch);
        dataset.Seal();
        Assert.True((await Validate(dataset, deep: false)).Findings.All(f => f.Code == FindingCodes.PieceInvalid));
        ValidationReport deep = await Validate(dataset);
        Assert.False(deep.IsValid);
        Assert.Contains(deep.Findings,
            f => f.Code is FindingCodes.PieceCorrupt or FindingCodes.PieceInvalid && f.Row is not null && f.Column == "spectrum_flux");
    }

    [Fact]
    public async Task One_damaged_file_does_not_hide_findings_in_others()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        File.WriteAllText(dataset[dataset.Tile(0)], "no parquet");
        dataset.EditShard(dataset.Shard(3), "f['g.mag'][0] = -1");
        File.WriteAllText(dataset[dataset.Shard(0)], "no hdf5");
        dataset.Seal();
        ValidationReport report = await Validate(dataset);
        Assert.Contains(report.Findings, f => f.Code == FindingCodes.IndexSchemaMismatch && f.Path == dataset.Tile(0));
        Assert.Contains(report.Findings, f => f.Code == FindingCodes.ShardUnreadable && f.Path == dataset.Shard(0));
        Finding value = Assert.Single(report.Findings, f => f.Code == FindingCodes.ShardIndexMismatch);
        Assert.Equal((dataset.Shard(3), 0L, "g.mag"), (value.Path, value.Row, value.Column));
        Assert.Matches("expected [0-9]+, as in the index, found -1", value.Message);
    }

    [Fact]
    public async Task A_report_does_not_depend_on_the_number_of_workers()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        foreach (string path in InvalidDataset.Tiles(dataset).ToArray())
            dataset.RewriteTile(path,
                "SELECT * REPLACE (_healpix_29 + 1 AS _healpix_29, -99::DOUBLE AS dec, 7 AS _pile_source_row) FROM tile");
        dataset.Seal();
        string one = string.Join('\n', (await Validate(dataset, workers: 1)).Findings);
        Assert.Equal(one, string.Join('\n', (await Validate(dataset, workers: 4)).Findings));
        string[] paths = [.. (await Validate(dataset, workers: 4)).Findings.Select(f => f.Path)];
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
    }

    [Fact]
    public async Task Findings_are_counted_beyond_those_that_are_kept()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        string[] tiles = [.. InvalidDataset.Tiles(dataset)];
        foreach (string path in tiles)
            dataset.RewriteTile(path, "SELECT * REPLACE (95::DOUBLE AS dec) FROM tile");
        dataset.Seal();
        ValidationReport report = await Validate(dataset, deep: false, most: 2);
        Assert.Equal(10, report.Counts[FindingCodes.PositionInvalid]);
        Assert.Equal(2, report.Findings.Count(f => f.Code == FindingCodes.PositionInvalid));
        Assert.Equal([(tiles.Order(StringComparer.Ordinal).First(), 0L)],
            report.Findings.Where(f => f.Code == FindingCodes.PositionInvalid).Take(1).Select(f => (f.Path, f.Row!.Value)));
    }

    [Theory] // the shards of these datasets are good
    [InlineData("C004-range", "C004")]
    [InlineData("C004-lon", "C004")]
    [InlineData("C004-nan", "C004")]
    [InlineData("C005-twice", "C005")]
    [InlineData("I004-cell", "I004")]
    public async Task A_wrong_position_or_id_of_the_index_is_no_finding_about_the_shard(string name, string code)
    {
        using MutableDataset dataset = ConformanceFolder.Assemble(ConformanceFolder.Invalid().Single(e => e.Name == name));
        ValidationReport report = await Validate(dataset);
        Assert.Contains(code, report.Counts.Keys);
        Assert.DoesNotContain(FindingCodes.ShardIndexMismatch, report.Counts.Keys);
    }

    [Fact]
    public async Task Positions_of_an_earlier_version_are_reported_with_the_column_and_both_values()
    {
        using MutableDataset dataset = Copy("ids");
        string[] row = SqlRows.Of($"SELECT ra::VARCHAR, object_id::VARCHAR FROM {dataset.Parquet(dataset.Tile(0))} LIMIT 1")[0]!;
        dataset.RewriteTile(dataset.Tile(0),
            "SELECT * REPLACE (CASE file_row_number WHEN 0 THEN ra + 1e-10 ELSE ra END AS ra) FROM tile"); // the positions remain
        dataset.Seal();
        Finding finding = Assert.Single((await Validate(dataset)).Findings, f => f.Code == FindingCodes.SortedRowsMismatch);
        Assert.Equal("ra", finding.Column);
        Assert.Matches($"^expected [0-9.]+, as in the index at position [0-9]+ with id {row[1]}, found {row[0]}$", finding.Message);
    }

    [Fact]
    public async Task A_link_to_a_target_outside_the_dataset_is_not_followed()
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        string shard = dataset.Shard(0);
        dataset.Delete(shard);
        File.CreateSymbolicLink(dataset[shard], "/etc/hostname");
        ValidationReport report = await Validate(dataset);
        Finding finding = Assert.Single(report.Findings);
        Assert.Equal((FindingCodes.PathOutside, shard), (finding.Code, finding.Path));
    }

    [Theory] // A sample of bytes: every byte of a file would only take longer.
    [InlineData("image")]
    [InlineData("spectrum", Traits = ["Run", "Long"])]
    public async Task Damage_anywhere_is_a_finding_and_never_an_exception(string name)
    {
        Random random = new(11);
        using MutableDataset dataset = Copy(name);
        foreach (string path in dataset.Files())
        {
            byte[] whole = File.ReadAllBytes(dataset[path]), damaged = [.. whole];
            for (int i = 0; i < 8; i++)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 + random.Next(255));
            File.WriteAllBytes(dataset[path], damaged);
            Assert.NotEmpty((await Validate(dataset)).Findings);
            if (path is not (DatasetPaths.Manifest or DatasetPaths.Files))
            {
                // With matching sizes and checksums, the damage may be in bytes that do not matter; no exception may be thrown.
                byte[] list = File.ReadAllBytes(dataset[DatasetPaths.Files]), manifest = File.ReadAllBytes(dataset[DatasetPaths.Manifest]);
                dataset.Seal();
                await Validate(dataset);
                File.WriteAllBytes(dataset[DatasetPaths.Files], list);
                File.WriteAllBytes(dataset[DatasetPaths.Manifest], manifest);
            }
            File.WriteAllBytes(dataset[path], whole);
        }
        Assert.Empty((await Validate(dataset)).Findings);
    }

    [Fact]
    public async Task Progress_ends_with_all_files_done()
    {
        List<PhaseProgress> heard = [];
        using MutableDataset dataset = Copy("image");
        ValidationOptions options = new() { Deep = true, Workers = 1, Progress = new Direct(heard.Add) };
        await DatasetValidator.ValidateAsync(dataset.Path, options, TestContext.Current.CancellationToken);
        Assert.Equal(heard[^1].Total, heard[^1].Done);
        Assert.Equal(heard[^1].Total, heard.Count);
    }

    [Fact]
    public async Task A_missing_folder_is_an_exception_and_an_empty_one_a_finding()
    {
        using TestKit.TemporaryFolder folder = new();
        await Assert.ThrowsAsync<DatasetNotFoundException>(
            () => DatasetValidator.ValidateAsync(folder["nothing"], cancellationToken: TestContext.Current.CancellationToken));
        ValidationReport report = await DatasetValidator.ValidateAsync(folder.Path,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(FindingCodes.ManifestInvalid, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public async Task Validation_can_be_cancelled()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DatasetValidator.ValidateAsync(ConformanceFolder.Valid("image"), new ValidationOptions { Deep = true }, stop.Token));
    }

    private sealed class Direct(Action<PhaseProgress> report) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => report(value);
    }

    [Theory] // the contents of such a folder are unknown, so that no file in it is reported as missing
    [InlineData("main/healpix=15", UnixFileMode.None)]
    [InlineData("main/healpix=15", UnixFileMode.UserRead)]
    [InlineData("main/healpix=15", UnixFileMode.UserExecute)]
    [InlineData("main/index", UnixFileMode.None)]
    [InlineData("main/index/dataset", UnixFileMode.None)]
    [InlineData("main/index/dataset/Norder=0", UnixFileMode.None)]
    [InlineData("main", UnixFileMode.None)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_cannot_be_listed_is_the_only_error(string sealedFolder, UnixFileMode mode)
    {
        using MutableDataset dataset = Copy("catalogue-int64");
        string folder = dataset[sealedFolder];
        File.SetUnixFileMode(folder, mode);
        try
        {
            Assert.SkipWhen(Environment.IsPrivilegedProcess, "root lists every folder");
            foreach (bool deep in (bool[])[false, true])
            {
                Finding finding = Assert.Single((await Validate(dataset, deep)).Findings);
                Assert.Equal((FindingCodes.FolderUnreadable, sealedFolder, FindingSeverity.Error),
                    (finding.Code, finding.Path, finding.Severity));
            }
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
