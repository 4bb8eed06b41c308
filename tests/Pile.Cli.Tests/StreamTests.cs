using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile stream</c>.</summary>
public sealed class StreamTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lazy")]
    [InlineData("background")]
    [InlineData("preload")]
    public void A_stream_counts_rows_batches_bytes_and_reads(string strategy)
    {
        JsonElement said = PileProgram.RunToJson("stream", built.Cutouts, "--columns", "image_array,object_id", "--batch", "1", "--epochs",
            "2", "--shuffle", "5", "--strategy", strategy, "--json");
        Assert.Equal((4, 4), (said.GetProperty("rows").GetInt32(), said.GetProperty("batches").GetInt32()));
        long stored = long.Parse(Python.Run("""
            import glob, sys, h5py
            print(sum(d.id.get_chunk_info(i).size for p in glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')
                      for d in [h5py.File(p)['image_array']] for i in range(d.id.get_num_chunks())))
            """, built.Cutouts));
        Assert.Equal((strategy == "preload" ? 1 : 2) * stored, said.GetProperty("bytes_used").GetInt64());
        Assert.True(said.GetProperty("bytes_fetched").GetInt64() >= said.GetProperty("bytes_used").GetInt64());
        Assert.True(said.GetProperty("requests").GetInt64() > 0);
        Assert.True(said.GetProperty("seconds").GetDouble() > 0 && said.GetProperty("rows_per_s").GetDouble() > 0);
        Assert.Equal(0, said.GetProperty("cache_hits").GetInt64());
    }

    [Fact]
    public void Workers_share_the_rows()
    {
        long[] rows = [.. Enumerable.Range(0, 3)
            .Select(i => PileProgram.RunToJson("stream", built.Sky, "--batch", "10", "--shuffle", "1", "--shard", $"{i}/3", "--json")
                .GetProperty("rows").GetInt64())];
        Assert.Equal(131, rows.Sum());
        Assert.All(rows, r => Assert.InRange(r, 40, 50));
    }

    [Fact]
    public void Batches_of_large_rows_have_the_memory_that_they_need()
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            w = WCS(naxis=2)
            w.wcs.ctype, w.wcs.crval, w.wcs.crpix, w.wcs.cdelt = ['RA---TAN', 'DEC--TAN'], [150, 2], [2048, 2048], [-1e-4, 1e-4]
            fits.writeto(sys.argv[1], np.ones((5632, 5632), 'i2'), w.to_header())
            """, folder["f.fits"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("image", "kind: fits-image\nfiles: f.fits\nband: z\nunit: count\ntile: 512"));
        ProgramResult made = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"]);
        Assert.True(made.ExitCode == 0, made.Error);
        // 120 rows of 1.3 MB, three times, are more than the usual 384 MiB.
        Assert.Equal(121, PileProgram.RunToJson("stream", folder["d"], "--batch", "120").GetProperty("rows").GetInt32());
        Assert.Contains("give more memory", PileProgram.RunToError(2, "stream", folder["d"], "--batch", "120", "--memory", "300MB"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_ids_of_the_parts_of_a_split_are_those_of_the_dataset_and_select_its_rows()
    {
        List<string> all = [];
        foreach (string part in (string[])["train", "validation", "test"])
        {
            string file = folder[$"{part}.txt"];
            JsonElement said = PileProgram.RunToJson("stream", built.Sky, "--columns", "ra", "--split", "hash", "--part", part, "--shuffle",
                "1", "--write-ids", file);
            string[] ids = File.ReadAllLines(file);
            Assert.Equal(said.GetProperty("rows").GetInt32(), ids.Length);
            Assert.Equal(ids, PileProgram.RunToJson("query", built.Sky, "--ids", file, "--columns", "object_id").EnumerateArray()
                .Select(r => r.GetProperty("object_id").ToString()));
            all.AddRange(ids);
            Assert.Equal(2, PileProgram.Run("stream", built.Sky, "--write-ids", file).ExitCode);
        }
        Assert.Equal(Python.Run("""
            import glob, sys, h5py
            print(*sorted(str(i) for p in glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5') for i in h5py.File(p)['object_id'][:]))
            """, built.Sky).Trim().Split(' '), all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Repeated_ids_are_reported_and_their_rows_returned_once()
    {
        string file = folder["twice.txt"];
        JsonElement[] rows = [.. PileProgram.RunToJson("query", built.Sky, "--limit", "3", "--columns", "object_id").EnumerateArray()];
        string[] ids = [.. rows.Select(r => r.GetProperty("object_id").ToString())];
        File.WriteAllLines(file, [.. ids, ids[1], ids[1]]);
        foreach (string[] command in (string[][])[["query", built.Sky], ["read", built.Sky, "--out", folder["rows.csv"]]])
        {
            ProgramResult result = PileProgram.Run([.. command, "--ids", file, "--columns", "object_id"]);
            Assert.Equal(0, result.ExitCode);
            Assert.Contains($"--ids {file}: 2 of 5 lines repeat an id; each row is read once", result.Error, StringComparison.Ordinal);
        }
        Assert.Equal(3, PileProgram.RunToJson("query", built.Sky, "--ids", file, "--columns", "object_id").GetArrayLength());
        Assert.Equal(4, File.ReadAllLines(folder["rows.csv"]).Length);
    }

    [Fact]
    public void A_stream_continues_from_its_state()
    {
        string state = folder["state.json"];
        Assert.Equal(131, PileProgram.RunToJson("stream", built.Sky, "--shuffle", "1", "--resume", state, "--json").GetProperty("rows")
            .GetInt64());
        Assert.Equal(131, PileProgram.RunToJson("stream", built.Sky, "--shuffle", "1", "--epochs", "2", "--resume", state, "--json")
            .GetProperty("rows").GetInt64());
        Assert.Equal(0, PileProgram.RunToJson("stream", built.Sky, "--shuffle", "1", "--epochs", "2", "--resume", state, "--json")
            .GetProperty("rows").GetInt64());
        Assert.Equal(2, PileProgram.Run("stream", built.Sky, "--shuffle", "2", "--resume", state).ExitCode);
        File.WriteAllText(state, "nonsense");
        ProgramResult nonsense = PileProgram.Run("stream", built.Sky, "--shuffle", "1", "--resume", state);
        Assert.Equal(2, nonsense.ExitCode);
        Assert.Contains($"--resume {state}: This is not the saved state of a stream", nonsense.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_cannot_be_saved_is_reported_before_the_run()
    {
        ProgramResult missing = PileProgram.Run("stream", folder["nowhere"], "--resume", folder["missing/state.json"]);
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains($"there is no folder '{folder["missing"]}'", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no column|has no column", "--columns", "nothing")]
    [InlineData("--shard 3/3", "--shard", "3/3")]
    [InlineData("--batch 0", "--batch", "0")]
    [InlineData("give more memory", "--memory", "1KB")]
    [InlineData("--cache-limit", "--cache-limit", "much")]
    [InlineData("--by does not apply to --split hash", "--split", "hash", "--by", "ra", "--part", "train")]
    [InlineData("--by does not apply to --split sky", "--split", "sky", "--by", "ra", "--part", "train")]
    [InlineData("--split-seed requires --split, --balance or --at-most", "--split-seed", "3")]
    [InlineData("--group-by and --by: expected one", "--split", "folds", "--folds", "2", "--group-by", "ra", "--by", "ra", "--part",
        "fold0")]
    [InlineData("--shares a=1,a=2: the part 'a' is named twice", "--split", "hash", "--shares", "a=1,a=2", "--part", "a")]
    [InlineData("--resume /tmp: this is a folder", "--resume", "/tmp")]
    public void An_invalid_command_is_reported_in_one_line(string message, params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(["stream", built.Sky, .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message.Split('|'), s => result.Error.Contains(s, StringComparison.Ordinal));
    }
}
