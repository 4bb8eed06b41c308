using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Saved;

/// <summary><c>pile stream --pin</c>, pins as its argument, <c>pile verify</c> and <c>--verbose</c>.</summary>
public sealed class PinCommandTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Pin => folder["run.pin.yaml"];

    private JsonElement StreamNear(params string[] more)
    {
        PileProgram.RunToJson("query", built.Gaia, "--where", "parallax > 1", "--save", folder["near.query.yaml"], "--replace");
        return PileProgram.RunToJson(["stream", folder["near.query.yaml"], "--columns", "object_id,parallax", "--split", "hash", "--part",
            "train", "--shuffle", "1", "--epochs", "2", .. more]);
    }

    [Fact]
    public void A_pin_streams_as_many_rows_and_has_the_same_hash()
    {
        JsonElement first = StreamNear("--normalise", "parallax", "--pin", Pin, "--resume", folder["state.json"]);
        JsonElement again = PileProgram.RunToJson("stream", Pin, "--batch", "100");
        Assert.Equal(first.GetProperty("pin").GetString(), again.GetProperty("pin").GetString());
        Assert.Equal(first.GetProperty("rows").GetInt64(), again.GetProperty("rows").GetInt64());
        Assert.Contains(first.GetProperty("pin").GetString()!, File.ReadAllText(folder["state.json"]), StringComparison.Ordinal);
        JsonElement verified = PileProgram.RunToJson("verify", Pin, "--deep");
        Assert.Equal((true, first.GetProperty("pin").GetString(), first.GetProperty("rows").GetInt64()),
            (verified.GetProperty("valid").GetBoolean(), verified.GetProperty("hash").GetString(),
                2 * verified.GetProperty("rows").GetInt64()));
        string other = StreamNear("--pin", folder["other.pin.yaml"]).GetProperty("pin").GetString()!;
        string error = PileProgram.RunToError(2, "stream", folder["other.pin.yaml"], "--resume", folder["state.json"]);
        Assert.Contains(first.GetProperty("pin").GetString()!, error, StringComparison.Ordinal);
        Assert.Contains(other, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_with_another_number_of_rows_is_not_valid()
    {
        long rows = PileProgram.RunToJson("stream", built.Sky, "--at-most", "1:id", "--pin", Pin).GetProperty("rows").GetInt64();
        string text = File.ReadAllText(Pin), changed = text.Replace($"\nrows: {rows}\n", $"\nrows: {rows + 1}\n", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        File.WriteAllText(Pin, changed);
        foreach (string verb in (string[])["verify", "stream"])
            Assert.Contains($"it makes {rows} rows, but the pin recorded {rows + 1}", PileProgram.RunToError(1, verb, Pin),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_of_changed_bytes_is_not_valid()
    {
        string data = folder["data"];
        Assert.Equal(0, PileProgram.Run("copy", built.Sky, data).ExitCode);
        PileProgram.RunToJson("stream", data, "--pin", Pin);
        string shard = Directory.EnumerateFiles(data, "*.hdf5", SearchOption.AllDirectories).First();
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^9] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.Equal(0, PileProgram.Run("verify", Pin).ExitCode); // reads the index only
        ProgramResult deep = PileProgram.Run("verify", Pin, "--deep", "--json");
        Assert.Equal((1, false), (deep.ExitCode, deep.Json.GetProperty("valid").GetBoolean()));
        File.AppendAllText(Path.Combine(data, "pile.yaml"), "\n");
        Assert.Equal(1, PileProgram.Run("verify", Pin).ExitCode);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_rejected()
    {
        StreamNear("--pin", Pin);
        foreach ((string says, string[] command) in ((string, string[])[])
        [
            ("--shuffle does not apply to a pin", ["stream", Pin, "--shuffle", "2"]),
            ("--part does not apply to a pin", ["stream", Pin, "--part", "test"]),
            ("is a pin", ["query", Pin]),
            ("--part requires --split", ["stream", built.Sky, "--part", "train"]),
            ("requires either --part NAME or --except NAME", ["stream", built.Sky, "--split", "hash"]),
            ("requires --folds K", ["stream", built.Sky, "--split", "folds", "--part", "fold0"]),
            ("requires --by with one column", ["stream", built.Sky, "--split", "group", "--part", "train"]),
            ("--shares does not apply", ["stream", built.Sky, "--split", "folds", "--folds", "2", "--part", "fold0", "--shares", "a=1"]),
            ("--folds 1: expected 2 or more", ["stream", built.Sky, "--split", "folds", "--folds", "1", "--part", "fold0"]),
            ("There is no part 'fold9'; the parts are 'fold0', 'fold1'.",
                ["stream", built.Sky, "--split", "folds", "--folds", "2", "--part", "fold9"]),
            ("expected NAME=N", ["stream", built.Sky, "--split", "hash", "--part", "train", "--shares", "train"]),
            ("expected N:COL", ["stream", built.Sky, "--at-most", "x"]),
            ("expected one of them", ["stream", built.Sky, "--at-most", "1:id", "--balance", "id"]),
            ("requires --normalise and --split", ["stream", built.Sky, "--normalise-of", "train"]),
            ("exists already", ["stream", built.Sky, "--pin", Pin]),
        ])
            Assert.Contains(says, PileProgram.RunToError(2, command), StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_and_draws_have_the_rows_that_they_should()
    {
        long[] folds = [.. Enumerable.Range(0, 3).Select(fold => Rows("--split", "folds", "--folds", "3", "--part", $"fold{fold}"))];
        Assert.Equal([43, 44, 44], folds.Order());
        Assert.Equal(131 - folds[0], Rows("--split", "folds", "--folds", "3", "--except", "fold0"));
        Assert.Equal(131, Rows("--balance", "id"));
        Assert.Equal(131, Rows("--at-most", "1:object_id"));

        long Rows(params string[] options) => PileProgram.RunToJson(["stream", built.Sky, .. options]).GetProperty("rows").GetInt64();
    }

    [Fact]
    public void Verbose_prints_the_plan_on_stderr()
    {
        foreach (string[] command in (string[][])[["query", built.Sky, "--cone", "310,-60,5deg"],
            ["sql", built.Sky, "SELECT count(*) FROM d"],
            ["stream", built.Sky], ["read", built.Sky, "--where", "id = 707", "--columns", "ra_error", "--out", folder["files"]]])
        {
            ProgramResult result = PileProgram.Run([.. command, "--verbose"]);
            Assert.Equal(0, result.ExitCode);
            Assert.Matches($"pile: plan for '{built.Sky}': 1 of 1 tiles, 0 pruned; [0-9,]+ bytes in [0-9]+ reads\n.*SELECT ", result.Error);
            Assert.Contains($"pile: read from '{built.Sky}': ", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("pile_", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("plan for", PileProgram.Run([.. command]).Error, StringComparison.Ordinal);
        }
        ProgramResult pruned = PileProgram.Run("query", built.Sky, "--cone", "100,60,1arcsec", "--verbose");
        Assert.Contains(": 0 of 1 tiles, 1 pruned; 0 bytes in 0 reads", pruned.Error, StringComparison.Ordinal);
        ProgramResult match = PileProgram.Run("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder["m.csv"], "--verbose");
        Assert.Contains("find pairs within 1 arcsec", match.Error, StringComparison.Ordinal);
    }
}
