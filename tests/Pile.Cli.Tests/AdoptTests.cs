using System.Globalization;
using System.Text.Json;
using Pile.Reading;
using Pile.Streaming;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary><c>pile adopt</c>: datasets over HDF5 trees, folders and tar archives, from the first command to the last.</summary>
public sealed class AdoptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_stream_knows_the_size_of_arrays_of_very_different_lengths_in_any_store()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        long mean = long.Parse(Python.Run("""
            import sys, h5py, numpy as np
            random, bytes = np.random.default_rng(2), 0
            with h5py.File(sys.argv[1], 'w') as file:
                for i in range(400):
                    group = file.create_group(f'o{i:03d}')
                    group.attrs['ra'], group.attrs['dec'] = random.uniform(0, 360), random.uniform(-80, 80)
                    group['flux'] = np.zeros(200_000 if i in (17, 201, 333) else random.integers(5, 50), 'f4')
                    bytes += group['flux'].nbytes
            print(bytes // 400)
            """, folder["objects.h5"]).Trim(), CultureInfo.InvariantCulture);
        PileProgram.RunToJson("adopt", folder["objects.h5"], "--out", folder["d"]);
        await using Dataset near = await Dataset.OpenAsync(folder["d"], cancellationToken: token);
        Assert.Equal(mean, (await StreamSource.OpenAsync(near.Query().Columns("flux"), token)).RowBytes);
        Assert.Equal(800_000, StreamSource.At(near.Query().Columns("flux"), await near.PositionsAsync(
            near.Query().Where("flux_shape[1] > 100"), token)).RowBytes);
        // The default shuffle, and thus the order, depends on it.
        await using FileServer server = new(folder.Path);
        await using Dataset far = await Dataset.OpenAsync($"{server.Address.AbsoluteUri.TrimEnd('/')}/d", cancellationToken: token);
        Assert.Equal(mean, (await StreamSource.OpenAsync(far.Query().Columns("flux"), token)).RowBytes);
    }

    [Fact]
    public void Nulls_and_lengths_of_rows_survive_an_export_for_the_multimodal_universe()
    {
        File.WriteAllText(folder["t.jsonl"], """
            {"id": "a", "ra": 1, "dec": 2, "n": 1, "x": [1, 2, 3], "s": "p"}
            {"id": "b", "ra": 1.001, "dec": 2, "n": null, "x": [4], "s": "q"}
            {"id": "c", "ra": 1.002, "dec": 2, "n": 3, "x": [], "s": null}
            """);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.jsonl"], "--out", folder["d"]).ExitCode);
        PileProgram.RunToJson("export", folder["d"], "--format", "mmu", "--out", folder["mmu"]);
        PileProgram.RunToJson("adopt", folder["mmu"], "--out", folder["again"]);
        Assert.Equal(0, PileProgram.Run("copy", folder["again"], folder["stored"], "--materialize").ExitCode);
        string Rows(string dataset) => PileProgram.Run("query", folder[dataset], "--native", "--columns", "object_id,n,x_shape,s", "--json")
            .Output;
        Assert.Equal("""[{"object_id":"a","n":1,"x_shape":[3],"s":"p"},{"object_id":"c","n":3,"x_shape":[0],"s":null},"""
            + """{"object_id":"b","n":null,"x_shape":[1],"s":"q"}]""", Rows("again").Trim());
        Assert.Contains("3 unchanged", PileProgram.Run("diff", folder["d"], folder["stored"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_of_the_multimodal_universe_is_matched_read_streamed_and_stored()
    {
        Python.Run("""
            import os, sys, h5py, healpy, numpy as np
            rng = np.random.default_rng(1)
            for cell in (10, 11):
                os.makedirs(f"{sys.argv[1]}/mmu/sdss/healpix={cell}")
                theta, phi = healpy.pix2ang(16, cell, nest=True)
                ra, dec = np.degrees(phi) + rng.uniform(-.5, .5, 20), 90 - np.degrees(theta) + rng.uniform(-.5, .5, 20)
                with h5py.File(f"{sys.argv[1]}/mmu/sdss/healpix={cell}/001-of-001.hdf5", "w") as file:
                    file["object_id"] = np.array([f"s{cell}-{row}".encode() for row in range(20)])
                    file["ra"], file["dec"] = ra, dec
                    file["healpix"] = healpy.ang2pix(16, ra, dec, nest=True, lonlat=True)
                    flux = rng.normal(size=(20, 700)).astype("f4")
                    file.create_dataset("spectrum_flux", data=flux, chunks=(3, 300), compression="gzip", shuffle=True)
                    file["spectrum_lambda"] = np.tile(np.linspace(3600, 9000, 700, dtype="f4"), (20, 1))
                    file["Z"] = rng.uniform(size=20).astype("f4")
                if cell == 10:
                    with open(f"{sys.argv[1]}/gaia.csv", "w") as table:
                        table.write("source_id,ra,dec\n" + "".join(f"{i},{ra[i] + 1e-5},{dec[i]}\n" for i in range(20)))
            """, folder.Path);
        string old = folder["old"], stored = folder["stored"];
        JsonElement adopted = PileProgram.RunToJson("adopt", folder["mmu"], "--out", old, "--survey", "SDSS", "--medium", "air",
            "--checksums", "--json");
        Assert.Equal((40, 0), (adopted.GetProperty("rows").GetInt32(), adopted.GetProperty("skipped").GetInt32()));
        JsonElement info = PileProgram.RunToJson("info", old, "--json");
        Assert.Equal("spectrum", info.GetProperty("modality").GetString());
        Assert.Equal("air", info.GetProperty("spectral_medium").GetString());
        Assert.All(info.GetProperty("references").GetProperty("columns").EnumerateArray(),
            c => Assert.Equal((40, 40), (c.GetProperty("values").GetInt32(), c.GetProperty("verified").GetInt32())));

        Assert.Equal(0, PileProgram.Run("build", "--from", folder["gaia.csv"], "--out", folder["gaia"]).ExitCode);
        Assert.Equal(20, PileProgram.RunToJson("crossmatch", old, folder["gaia"], "--radius", "1", "--out", folder["pairs.csv"], "--json")
            .GetProperty("pairs").GetInt32());
        Assert.Equal(0, PileProgram.Run("crossmatch", old, folder["gaia"], "--radius", "1", "--out", folder["m"] + "/").ExitCode);
        Assert.Equal(0, PileProgram.Run("read", old, "--id", "s11-4", "--columns", "spectrum_flux", "--format", "npy", "--out",
            folder["o"]).ExitCode);
        Assert.Equal("True\n", Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1] + "/mmu/sdss/healpix=11/001-of-001.hdf5") as file:
                print(np.array_equal(np.load(sys.argv[1] + "/o/s11-4.spectrum_flux.npy"), file["spectrum_flux"][4]))
            """, folder.Path));
        Assert.Equal(40, PileProgram.RunToJson("stream", old, "--columns", "spectrum_flux", "--shuffle", "1", "--json").GetProperty("rows")
            .GetInt32());
        Assert.True(PileProgram.RunToJson("validate", old, "--deep", "--json").GetProperty("valid").GetBoolean());

        Assert.Equal(0, PileProgram.Run("copy", old, stored, "--materialize").ExitCode);
        Directory.Move(folder["mmu"], folder["elsewhere"]);
        Assert.Contains("mount://mmu", PileProgram.RunToError(1, "stream", old, "--columns", "spectrum_flux"));
        Assert.True(PileProgram.RunToJson("validate", stored, "--deep", "--json").GetProperty("valid").GetBoolean());
        Assert.Equal(0, PileProgram.Run("diff", old, stored, "--mount", $"mount://mmu={folder["elsewhere"]}").ExitCode);
    }

    [Fact]
    public void Files_that_are_left_out_and_compressed_archives_are_reported()
    {
        Python.Run("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], "w") as file:
                file["object_id"], file["ra"], file["dec"] = np.arange(3), np.arange(3.0), np.arange(3.0)
            """, folder["t.h5"]);
        Directory.CreateDirectory(folder["tree"]);
        File.Move(folder["t.h5"], folder["tree/t.h5"]);
        File.WriteAllText(folder["tree/README.md"], "notes");
        ProgramResult result = PileProgram.Run("adopt", folder["tree"], "--out", folder["d"]);
        Assert.Contains("1 files of other kinds beside them are left out; '--as files' adopts each file", result.Error,
            StringComparison.Ordinal);
        File.WriteAllText(folder["a.tar.gz"], "x");
        Assert.Contains("'a.tar.gz' is a compressed archive", PileProgram.RunToError(2, "adopt", folder["a.tar.gz"], "--out",
            folder["z"]), StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("adopt", folder["a.tar.gz"], "--as", "files", "--out", folder["z"]).ExitCode);
    }

    [Fact]
    public void A_modality_that_does_not_fit_is_an_error_about_the_option()
    {
        Python.Run("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], "w") as file:
                file["object_id"], file["ra"], file["dec"] = np.arange(3), np.arange(3.0), np.arange(3.0)
                file["image_flux"] = np.zeros((3, 2, 4, 4), "f4")
            """, folder["img.h5"]);
        Assert.EndsWith("column 'image_array': the modality 'image' does not fit: it is missing. Use another --modality, or leave it "
            + "out.", PileProgram.RunToError(2, "adopt", folder["img.h5"], "--modality", "image", "--out", folder["d"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_a_dataset_without_positions_unless_a_table_has_them()
    {
        foreach ((string name, string text) in new[] { ("a.txt", "one"), ("b/c.json", "{}"), ("b/größe.dat", "\u0001\u0002") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[$"photos/{name}"])!);
            File.WriteAllText(folder[$"photos/{name}"], text);
        }
        JsonElement rows = Adopt("photos", "d");
        Assert.Equal(3, rows.GetProperty("rows").GetInt32());
        Assert.Equal(["a.txt|3|text/plain", "b/c.json|2|application/json", "b/größe.dat|2|application/octet-stream"],
            PileProgram.RunToJson("query", folder["d"], "--columns", "path,size,media_type", "--sort", "path", "--json").EnumerateArray()
                .Select(r => string.Join('|', r.EnumerateObject().Select(p => p.Value.ToString()))));
        Assert.Contains("rows with positions", PileProgram.RunToError(2, "query", folder["d"], "--cone", "1,1,1"));
        Assert.Equal(0, PileProgram.Run("read", folder["d"], "--id", "b/c.json", "--columns", "content", "--format", "npy", "--out",
            folder["o"]).ExitCode);

        File.WriteAllText(folder["meta.csv"], "path,ra,dec,mag\na.txt,10,20,17.5\nb/c.json,11,20,18\n");
        JsonElement placed = Adopt("photos", "sky", "--table", folder["meta.csv"], "--key", "path");
        Assert.Equal((2, 1), (placed.GetProperty("rows").GetInt32(), placed.GetProperty("skipped").GetInt32()));
        Assert.Equal("18.0", PileProgram.RunToJson("query", folder["sky"], "--cone", "11,20,1", "--columns", "mag", "--json")[0]
            .GetProperty("mag").ToString());
        Assert.Equal(3, Adopt("photos", "plain", "--table", folder["meta.csv"], "--key", "path", "--no-positions").GetProperty("rows")
            .GetInt32());
        Assert.Contains("--no-positions", PileProgram.RunToError(2, "adopt", folder["photos"], "--out", folder["x"], "--table",
            folder["meta.csv"], "--key", "path", "--ra", "l", "--dec", "b"));
        Assert.Contains("belong together", PileProgram.RunToError(2, "adopt", folder["photos"], "--out", folder["x"], "--key", "path"));
        Assert.Contains("exists already", PileProgram.RunToError(2, "adopt", folder["photos"], "--out", folder["d"]));
        Assert.Contains("does not exist", PileProgram.RunToError(2, "adopt", folder["nothing"], "--out", folder["x"]));
        Assert.Contains("does not apply", PileProgram.RunToError(2, "adopt", folder["photos"], "--out", folder["x"], "--medium", "air"));
    }

    [Fact]
    public void Members_of_one_stem_of_a_tar_archive_are_one_row_on_request()
    {
        Python.Run("""
            import io, sys, tarfile
            with tarfile.open(sys.argv[1], "w") as tar:
                for name in ("x/1.jpg", "x/1.json", "x/2.jpg"):
                    member = tarfile.TarInfo(name)
                    member.size = len(name)
                    tar.addfile(member, io.BytesIO(name.encode()))
            """, folder["a.tar"]);
        Assert.Equal(2, Adopt("a.tar", "d", "--group").GetProperty("rows").GetInt32());
        Assert.Equal(0, PileProgram.Run("read", folder["d"], "--id", "x/1", "--columns", "jpg,json", "--format", "npy", "--out",
            folder["o"]).ExitCode);
        Assert.Equal("x/1.jpg x/1.json\n", Python.Run("""
            import sys, numpy as np
            print(*(np.load(f"{sys.argv[1]}/x%2F1.{column}.npy").tobytes().decode() for column in ("jpg", "json")))
            """, folder["o"]));
        File.AppendAllText(folder["a.tar"], "more");
        Assert.Contains("bytes", PileProgram.RunToError(1, "stream", folder["d"], "--columns", "jpg"));
    }

    [Fact]
    public void Keys_as_find_writes_them_are_those_of_the_files_and_without_rows_the_cause_is_named()
    {
        Directory.CreateDirectory(folder["p"]);
        foreach (string name in (string[])["green.tif", "red.tif", "x.tif"])
            File.WriteAllText(folder[$"p/{name}"], name);
        Assert.Equal(0, PileProgram.RunInShell("""
            cd "$1"; (echo file,ra,dec; cd p; find . -name '*e*.tif' | sed 's/$/,10,20/') > k.csv
            """, folder.Path).ExitCode);
        ProgramResult adopted = PileProgram.Run("adopt", folder["p"], "--out", folder["d"], "--table", folder["k.csv"], "--key", "file");
        Assert.Equal(3, adopted.ExitCode);
        Assert.Contains($"1 skipped, listed in {folder["d/skipped.csv"]}", adopted.Error, StringComparison.Ordinal);
        Assert.Equal(["green.tif", "red.tif"], PileProgram.RunToJson("query", folder["d"], "--columns", "path", "--sort", "path", "--json")
            .EnumerateArray().Select(row => row.GetProperty("path").GetString()));

        File.WriteAllText(folder["k.csv"], "file,ra,dec\nq/green.tif,1,2\nx.tif,,\n");
        string error = Error("p", "--table", folder["k.csv"], "--key", "file");
        Assert.Contains("2 of them such as 'green.tif': it has no row in", error, StringComparison.Ordinal);
        Assert.Contains("Write the paths of the files to the column 'file', such as 'q/green.tif', or use --no-positions", error,
            StringComparison.Ordinal);
        File.WriteAllText(folder["k.csv"], "file,ra,dec\n");
        error = Error("p", "--table", folder["k.csv"], "--key", "file", "--ra", "ra", "--dec", "dec");
        Assert.DoesNotContain("regular files", error, StringComparison.Ordinal);
        Assert.Contains("has none", error, StringComparison.Ordinal);
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as file:
                file["object_id"], file["ra"], file["dec"] = np.zeros(0, "i8"), np.zeros(0), np.zeros(0)
            """, folder["none.h5"]);
        Assert.DoesNotContain("regular files", Error("none.h5"), StringComparison.Ordinal);

        string Error(string source, params string[] options)
        {
            ProgramResult result = PileProgram.Run(["adopt", folder[source], "--out", folder["e"], .. options]);
            Assert.Equal(1, result.ExitCode);
            return result.Error;
        }
    }

    [Fact]
    public void Rows_without_a_valid_position_stop_the_adoption_or_are_counted()
    {
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as file:
                file["object_id"], file["ra"], file["dec"] = np.arange(4), np.array([1, np.nan, 3, 4]), np.array([1, 2, 95, 4.])
            """, folder["t.h5"]);
        string error = PileProgram.Run("adopt", folder["t.h5"], "--out", folder["d"]).Error;
        Assert.Contains($"{folder["t.h5"]}, row 1, column 'ra': a missing value is not a position. Correct the file, or skip such rows "
            + "with --on-error skip", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d"]));
        ProgramResult skipped = PileProgram.Run("adopt", folder["t.h5"], "--out", folder["d"], "--on-error", "skip");
        Assert.Equal(3, skipped.ExitCode);
        Assert.Contains($"2 skipped, listed in {folder["d/skipped.csv"]}", skipped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_stops_the_adoption_or_is_skipped()
    {
        Python.Run("""
            import sys, h5py, numpy as np
            for name in ("good", "bad"):
                with h5py.File(f"{sys.argv[1]}/{name}.hdf5", "w") as file:
                    file["object_id"], file["values"] = np.arange(5) + (10 if name == "bad" else 0), np.ones((5, 400), "f4")
            """, Directory.CreateDirectory(folder["t"]).FullName);
        File.WriteAllBytes(folder["t/bad.hdf5"], File.ReadAllBytes(folder["t/bad.hdf5"])[..900]);
        Assert.Contains("bad.hdf5", PileProgram.RunToError(1, "adopt", folder["t"], "--out", folder["d"]));
        Assert.False(Path.Exists(folder["d"]));
        Assert.False(Path.Exists(folder["d.mounts.yaml"]));
        ProgramResult skipped = PileProgram.Run("adopt", folder["t"], "--out", folder["d"], "--on-error", "skip");
        Assert.Equal(3, skipped.ExitCode);
        Assert.Contains("bad.hdf5", File.ReadAllText(folder["d/skipped.csv"]));
        Assert.Equal(5, PileProgram.RunToJson("info", folder["d"], "--json").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void A_file_behind_a_link_is_adopted_as_that_file()
    {
        Python.Run("""
            import os, sys, time, h5py, numpy as np
            os.makedirs(f"{sys.argv[1]}/.store")
            with h5py.File(f"{sys.argv[1]}/.store/1", "w") as file:
                file["object_id"], file["values"] = np.arange(5), np.arange(2000, dtype="f4").reshape(5, 400)
            os.utime(f"{sys.argv[1]}/.store/1", (1e9, 1e9))
            os.symlink(".store/1", f"{sys.argv[1]}/a.hdf5")
            """, Directory.CreateDirectory(folder["t"]).FullName);
        Adopt("t", "d");
        JsonElement report = PileProgram.RunToJson("validate", folder["d"], "--deep", "--json");
        Assert.DoesNotContain("R002", report.ToString());
        Assert.True(report.GetProperty("valid").GetBoolean(), report.ToString());
        Assert.Equal(0, PileProgram.Run("read", folder["d"], "--id", "3", "--columns", "values", "--format", "npy", "--out", folder["o"])
            .ExitCode);
        Assert.Equal("1200.0", Python.Run("import sys, numpy as np; print(np.load(sys.argv[1])[0])",
            Directory.GetFiles(folder["o"])[0]).Trim());
        File.SetLastWriteTimeUtc(folder["t/.store/1"], DateTime.UnixEpoch);
        Assert.Contains("changed", PileProgram.RunToError(1, "stream", folder["d"], "--columns", "values"));
    }

    private JsonElement Adopt(string source, string dataset, params string[] options)
    {
        ProgramResult result = PileProgram.Run(["adopt", folder[source], "--out", folder[dataset], "--json", .. options]);
        Assert.True(result.ExitCode is 0 or 3, result.Error);
        return result.Json;
    }
}
