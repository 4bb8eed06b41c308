using System.Buffers;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Builders.Tests.Running;

/// <summary>A builder outside of Pile, run from code.</summary>
public sealed class BuildRunTests : IDisposable
{
    private static readonly BuilderRegistry Builders = BuilderRegistry.Of(typeof(BuildRunTests).Assembly);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> messages = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_a_file_builder_are_batched_and_described_by_its_attribute()
    {
        File.WriteAllLines(folder["a.stars"], Enumerable.Range(0, 3000).Select(i => $"s{i} {i % 360} {(i % 180) - 90} {i}.5"));
        BuildOutcome outcome = await BuildAsync(new());
        Assert.Equal(3000, outcome.Dataset.Rows);
        Assert.Equal(["a.stars: 3000 lines"], messages);
        string ids = Python.Run("""
            import glob, h5py, sys
            ids = set()
            for shard in map(h5py.File, glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')):
                for i, ra, dec, mag in zip(*(shard[c][:] for c in ('object_id', 'ra', 'dec', 'mag'))):
                    n = int(i.decode()[1:]); ids.add(n)
                    assert (ra, dec, mag) == (n % 360, n % 180 - 90, n + 0.5), i
            print(len(ids))
            """, folder["out"]);
        Assert.Equal("3000", ids.Trim());
        string manifest = File.ReadAllText(folder["out/pile.yaml"]);
        Assert.Contains("star-list", manifest, StringComparison.Ordinal);
        Assert.Matches("builder_version: .?3", manifest);
    }

    [Fact]
    public async Task The_policy_for_bad_rows_comes_from_the_settings()
    {
        File.WriteAllLines(folder["a.stars"], ["s0 1 1 1", "s1 1 1 dark", "s2 x 1 1"]);
        ValueInvalidException stopped = await Assert.ThrowsAsync<ValueInvalidException>(() => BuildAsync(new()));
        Assert.Equal((folder["a.stars"], 2, "ra"), (stopped.SourcePath, stopped.Row, stopped.Column));

        BuildOutcome outcome = await BuildAsync(new() { SkipsBadRows = true });
        Assert.Equal((1, 2), (outcome.Dataset.Rows, outcome.Dataset.Skipped));
        Assert.Equal(["a.stars,1,no star", "a.stars,2,column 'ra': x is not a number"], File.ReadLines(folder["out/skipped.csv"]).Skip(1));
    }

    [Fact]
    public async Task A_row_that_the_dataset_cannot_have_is_skipped_alone()
    {
        // The row of the file is given by the builder for s2 only; the others have their ids.
        string[] lines = [.. Enumerable.Range(0, 3000).Select(i => $"s{i} {i % 360} {(i % 180) - 90} {i}.5")];
        lines[2] = "s2 x 0 1";
        lines[5] = "s5 NaN 0 1";
        lines[6] = "s6 6 95 1";
        lines[1030] = "s10\0 30 0 1";
        lines[2999] = "s2999 Infinity 0 1";
        File.WriteAllLines(folder["a.stars"], lines);
        File.WriteAllLines(folder["b.stars"], ["b0 NaN 0 1", "b1 1 1 1"]);
        File.WriteAllLines(folder["c.stars"], ["c0 NaN 0 1", "c1 1 91 1"]);
        ValueInvalidException stopped = await Assert.ThrowsAsync<ValueInvalidException>(
            () => BuildAsync(new(), "{ kind: star-list, files: b.stars }"));
        Assert.Equal(("b.stars", 0, "ra"), (stopped.SourcePath, stopped.Row, stopped.Column));

        BuildOutcome outcome = await BuildAsync(new() { SkipsBadRows = true });
        string[] expected = ["a.stars,2,column 'ra': x is not a number", "a.stars,,\"the object s5, column 'ra': NaN is not ",
            "a.stars,,\"the object s6, column 'dec': 95 is not ", "a.stars,,\"the object s10\\0, column 'object_id': 's10\\0' is not ",
            "a.stars,,\"the object s2999, column 'ra': ", "b.stars,,\"the object b0, column 'ra': NaN is not ",
            "c.stars,,\"the object c0, column 'ra': NaN is not ", "c.stars,,\"the object c1, column 'dec': 91 is not "];
        string[] skipped = [.. File.ReadLines(folder["out/skipped.csv"]).Skip(1)];
        Assert.Equal(expected.Length, skipped.Length);
        Assert.All(skipped.Zip(expected), row => Assert.StartsWith(row.Second, row.First, StringComparison.Ordinal));
        Assert.Equal((2996, 8), (outcome.Dataset.Rows, outcome.Dataset.Skipped));
        Assert.Empty(outcome.Skipped);
        string ids = Python.Run("""
            import glob, h5py, sys
            ids = set()
            for shard in map(h5py.File, glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')):
                for i, ra, dec, mag in zip(*(shard[c][:] for c in ('object_id', 'ra', 'dec', 'mag'))):
                    ids.add(i.decode())
                    n = int(i.decode()[1:])
                    assert i == b'b1' or (ra, dec, mag) == (n % 360, n % 180 - 90, n + 0.5), i
            assert ids == {f's{i}' for i in range(3000) if i not in (2, 5, 6, 1030, 2999)} | {'b1'}, ids
            print(len(ids))
            """, folder["out"]);
        Assert.Equal("2996", ids.Trim());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1500)]
    public async Task A_limited_build_has_that_many_rows_though_some_are_skipped(int limit)
    {
        File.WriteAllLines(folder["a.stars"],
            [.. Enumerable.Range(0, 2000).Select(i => $"s{i} {(i % 4 == 0 ? "NaN" : "1")} 1 1"), "crash"]);
        Assert.Equal(limit, (await BuildAsync(new() { Limit = limit, SkipsBadRows = true })).Dataset.Rows);
        Assert.Equal(Enumerable.Range(0, 2000).Where(i => i % 4 > 0).Take(limit).Last() / 4 + 1,
            File.ReadLines(folder["out/skipped.csv"]).Count() - 1);
    }

    [Fact]
    public async Task A_limited_build_reads_no_row_after_the_last_wanted_one()
    {
        File.WriteAllLines(folder["a.stars"], ["s0 1 1 1", "s1 1 1 1", "crash"]);
        Assert.Equal(2, (await BuildAsync(new() { Limit = 2 })).Dataset.Rows);
    }

    [Fact]
    public async Task A_failure_of_the_builder_names_unit_and_file_and_a_resumed_build_reads_the_rest()
    {
        File.WriteAllLines(folder["a.stars"], ["s0 1 1 1"]);
        File.WriteAllLines(folder["b.stars"], ["s1 1 1 1", "crash"]);
        BuildSettings settings = new() { Writer = new() { Workers = 1 } };
        BuilderFailedException failed = await Assert.ThrowsAsync<BuilderFailedException>(() => BuildAsync(settings));
        Assert.Equal(("star-list", "b.stars", folder["b.stars"]), (failed.Kind, failed.UnitId, failed.Files[0]));
        Assert.IsType<FormatException>(failed.InnerException);
        Assert.StartsWith($"{folder["b.stars"]}, unit 'b.stars': the builder 'star-list' failed with FormatException: "
            + "the builder did not expect this line.", failed.Message, StringComparison.Ordinal);

        messages.Clear();
        File.WriteAllLines(folder["b.stars"], ["s1 1 1 1"]);
        BuildOutcome outcome = await BuildAsync(settings with { Writer = settings.Writer with { Resume = true } });
        Assert.Equal(2, outcome.Dataset.Rows);
        Assert.Equal(["b.stars: 1 lines"], messages);
    }

    [Theory]
    [InlineData("append", true)]
    [InlineData("append", false)]
    [InlineData("overwrite", true)] // with as many bytes
    [InlineData("overwrite", false)]
    [InlineData("rename", true)]
    [InlineData("rename", false)]
    [InlineData("delete", true)]
    [InlineData("delete", false)]
    public async Task A_file_that_changes_while_it_is_read_is_an_error_and_a_link_is_followed(string change, bool isLink)
    {
        string real = folder[isLink ? "b" : "a.stars"];
        File.WriteAllLines(real, ["s0 1 1 1", "s1 1 1 1"]);
        File.WriteAllLines(folder["new"], ["s2 1 1 1", "s3 1 1 1"]);
        File.SetLastWriteTimeUtc(real, DateTime.UtcNow.AddMinutes(-1));
        if (isLink)
            File.CreateSymbolicLink(folder["a.stars"], real);
        bool isChanged = false;
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            BuildRun.RunAsync(Recipe(), Builders, folder["out"], new() { OnMessage = _ => Change() }, Token));
        Assert.Equal(folder["a.stars"], e.Path);
        Assert.Contains("has changed while it was read", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
        if (change == "delete")
            return;
        Assert.Equal(change == "append" ? 3 : 2, (await BuildAsync(new() { Writer = new() { Resume = true } })).Dataset.Rows);

        void Change() // called by the message at the end of the file
        {
            if (isChanged)
                return;
            isChanged = true;
            if (change == "append")
                File.AppendAllText(real, "s9 1 1 1\n");
            else if (change == "overwrite")
                File.WriteAllText(real, File.ReadAllText(folder["new"]));
            else if (change == "rename")
                File.Move(folder["new"], real, overwrite: true);
            else
                File.Delete(real);
        }
    }

    [Theory]
    [InlineData("constructor", "the builder 'failing' failed when it read the recipe's source with ArgumentNullException")]
    [InlineData("facts", "the builder 'failing' failed when it described its rows with ArgumentNullException")]
    [InlineData("plan", "the builder 'failing' failed when it listed the units of its source with ArgumentNullException")]
    [InlineData("read", "unit 'only': the builder 'failing' failed with ArgumentNullException")]
    [InlineData("no facts", "the builder 'failing' failed when it described its rows with InvalidOperationException: it returned null")]
    [InlineData("no list", "the builder 'failing' failed when it listed the units of its source with InvalidOperationException: "
        + "it returned null instead of a list")]
    [InlineData("no unit", "the builder 'failing' failed when it listed the units of its source with InvalidOperationException: "
        + "unit 1, counted from 0, is null")]
    [InlineData("no id", "the builder 'failing' failed when it listed the units of its source with InvalidOperationException: "
        + "unit 1, counted from 0, has no id (its files: a.txt)")]
    [InlineData("no files", "the builder 'failing' failed when it listed the units of its source with InvalidOperationException: "
        + "the files of unit 'other' are null")]
    [InlineData("same id", "the builder 'failing' failed when it listed the units of its source with InvalidOperationException: "
        + "two units have the id 'only'")]
    [InlineData("no batches", "unit 'only': the builder 'failing' failed with InvalidOperationException: it returned null instead of "
        + "batches")]
    [InlineData("no batch", "unit 'only': the builder 'failing' failed with InvalidOperationException: one of its batches is null")]
    [InlineData("timeout", "unit 'only': the builder 'failing' failed with TaskCanceledException: the server did not answer")]
    [InlineData("plan timeout", "the builder 'failing' failed when it listed the units of its source with TaskCanceledException")]
    public async Task A_failure_outside_of_reading_rows_names_the_step_of_the_builder(string member, string expected)
    {
        BuilderFailedException failed = await Assert.ThrowsAsync<BuilderFailedException>(() =>
            BuildRun.RunAsync(Recipe($"{{ kind: failing, member: {member} }}"), Builders, folder["out"], cancellationToken: Token));
        Assert.StartsWith(expected, failed.Message, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("unit 'only'", StringComparison.Ordinal) ? "only" : null, failed.UnitId);
        await Assert.ThrowsAsync<BuilderFailedException>(() =>
            BuildRun.EstimateAsync(Recipe($"{{ kind: failing, member: {member} }}"), Builders, cancellationToken: Token));
    }

    [Fact]
    public async Task Cancelling_a_build_is_not_a_failure_of_the_builder()
    {
        using CancellationTokenSource cancel = new();
        BuildSettings settings = new() { OnMessage = _ => cancel.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BuildRun.RunAsync(Recipe("{ kind: failing, member: waits }"),
            Builders, folder["out"], settings, cancel.Token));
    }

    [Theory]
    [InlineData("{ kind: star-list, files: '*.stars' }")] // a message about a unit
    [InlineData("{ kind: failing, member: tells }")] // a message about the source
    public async Task A_failure_of_the_callers_own_code_is_not_one_of_the_builder(string source)
    {
        File.WriteAllLines(folder["a.stars"], ["s0 1 1 1"]);
        FormatException thrown = new("of the caller");
        Assert.Same(thrown, await Assert.ThrowsAsync<FormatException>(() => BuildRun.RunAsync(Recipe(source), Builders, folder["out"],
            new() { OnMessage = _ => throw thrown }, Token)));
    }

    [Fact]
    public async Task Progress_and_the_json_result_are_available_from_code()
    {
        File.WriteAllLines(folder["a.stars"], ["s0 1 1 1", "s1 2 2 2"]);
        Phases phases = new();
        BuildOutcome outcome = await BuildAsync(new() { Writer = new() { Progress = phases } });
        Assert.Contains("extract", phases.Seen);
        SourceUnit unit = await BuildRun.PlanAsync(Recipe(), Builders, cancellationToken: Token).SingleAsync(Token);
        Assert.Equal("a.stars", unit.Id);

        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
            outcome.WriteTo(json);
        JsonElement result = JsonDocument.Parse(bytes.WrittenMemory).RootElement;
        Assert.Equal((2, folder["out"]), (result.GetProperty("rows").GetInt32(), result.GetProperty("dataset").GetString()));
    }

    [Fact]
    public void Two_builders_with_the_same_name_fail() =>
        Assert.Contains("Two builders are called 'failing'",
            Assert.Throws<ArgumentException>(() => Builders.With(Builders)).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private Task<BuildOutcome> BuildAsync(BuildSettings settings, string source = "{ kind: star-list, files: '*.stars' }") =>
        BuildRun.RunAsync(Recipe(source), Builders, folder["out"], settings with { OnMessage = messages.Add }, Token);

    private Recipe Recipe(string source = "{ kind: star-list, files: '*.stars' }") => RecipeReader.Read($"""
        pile: 1
        name: stars
        provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
        licence: CC0-1.0
        citation: none
        source: {source}
        """, "recipe.yaml", folder.Path);

    private sealed class Phases : IProgress<BuildProgress>
    {
        internal HashSet<string> Seen { get; } = [];

        public void Report(BuildProgress value)
        {
            lock (Seen)
                Seen.Add(value.Phase);
        }
    }
}
