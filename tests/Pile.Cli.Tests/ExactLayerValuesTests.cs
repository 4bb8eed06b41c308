using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Values of layers are exact, whatever the other values of their column are.</summary>
public sealed class ExactLayerValuesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ExactLayerValuesTests(RepeatedBuilds builds)
    {
        File.WriteAllText(folder["stars.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        builds.OfTable(folder["stars.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["d"]).ExitCode);
    }

    public void Dispose() => folder.Dispose();

    // The values that are expected are those of Python's integers, which are exact, and of float.
    [Theory]
    [InlineData("int64", "csv", "object_id,f\n1,9007199254740993\n2,2.0\n", "[9007199254740993, 2]")]
    [InlineData("int64", "csv", "object_id,f\n1,9007199254740993.0\n2,\n", "[int('9007199254740993'), None]", Traits = ["Run", "Long"])]
    [InlineData("int64", "csv", "object_id,f\n1,-9007199254740993.0\n2,null\n", "[-9007199254740993, None]", Traits = ["Run", "Long"])]
    [InlineData("uint64", "csv", "object_id,f\n1,18446744073709551615\n2,2.0\n", "[2**64 - 1, 2]")]
    [InlineData("int64", "jsonl", "{\"object_id\":1,\"f\":9007199254740993.0}\n{\"object_id\":2,\"f\":3}\n", "[9007199254740993, 3]")]
    [InlineData("float64", "csv", "object_id,f\n1,9007199254740994\n2,0.5\n", "[float(9007199254740994), 0.5]")]
    [InlineData("float64", "csv", "object_id,f\n1,100000000000000000000\n2,0.1\n", "[float(10**20), 0.1]", Traits = ["Run", "Long"])]
    [InlineData("float64", "csv", "object_id,f\n1,+9007199254740994\n2,-0.5\n", "[float(9007199254740994), -0.5]",
        Traits = ["Run", "Long"])]
    public void Integers_beside_decimals_are_exact(string type, string format, string table, string expected)
    {
        foreach (string[] asked in (string[][])[["--as", $"f={type}"], []])
        {
            ProgramResult set = Set(format, table, asked);
            Assert.True(set.ExitCode == 0, set.Error);
            Assert.Contains($"f ({type})", set.Output, StringComparison.Ordinal);
            Assert.Equal("equal", Python.Run("""
                import json, sys
                found = [row['f'] for row in json.loads(sys.argv[1])]
                found = [int(value) if isinstance(value, str) else value for value in found]
                expected = eval(sys.argv[2])
                print('equal' if found == expected and list(map(type, found)) == list(map(type, expected)) else found)
                """, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "f", "--sort", "object_id",
                "--json").Output, expected).Trim());
        }
    }

    [Theory]
    [InlineData("object_id,f\n1,9007199254740993\n2,0.5\n", "9007199254740993 of object_id 1")]
    [InlineData("object_id,f\n1,9007199254740993\n2,0.5\n", "9007199254740993 of object_id 1", "float64", Traits = ["Run", "Long"])]
    [InlineData("object_id,f\n1,9007199254740993\n2,0.5\n", "0.5 of object_id 2", "int64")]
    [InlineData("object_id,f\n1,9007199254740993.5\n2,1\n", "9007199254740993.5 of object_id 1", "int64")]
    [InlineData("object_id,f\n1,100000000000000000001\n2,0.5\n", "100000000000000000001 of object_id 1", Traits = ["Run", "Long"])]
    [InlineData("object_id,f\n1,0.1\n2,16777217\n", "16777217 of object_id 2", "float32")]
    [InlineData("object_id,f\n1,\"[0.1, 16777217]\"\n", "[0.1, 16777217] of object_id 1", "list<float32>")]
    [InlineData("object_id,f\n1,\"[1, 2.5]\"\n", "[1, 2.5] of object_id 1", "list<int32>", Traits = ["Run", "Long"])]
    [InlineData("object_id,f\n1,\"[1, 2147483648]\"\n", "[1, 2147483648] of object_id 1", "list<int32>", Traits = ["Run", "Long"])]
    [InlineData("object_id,f\n1,\"[1]\"\n2,\"[1,,2]\"\n", "[1,,2] of object_id 2", "list<int32>")]
    [InlineData("object_id,f\n1,2\n2,1\n", "2 of object_id 1", "bool")]
    public void Values_that_cannot_be_exact_are_named(string table, string expected, string? type = null)
    {
        ProgramResult set = Set("csv", table, type is null ? [] : ["--as", $"f={type}"]);
        Assert.Equal(1, set.ExitCode);
        Assert.Contains($"column 'f': {expected}", set.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list<int32>", "\"[1,2]\"", "\"[3]\"", "[[1,2],[3]]")]
    [InlineData("list<int64>", "\"[9007199254740993, -1]\"", "[]", "[[9007199254740993,-1],[]]", Traits = ["Run", "Long"])]
    [InlineData("list<bool>", "\"[true, false]\"", "", "[[true,false],null]")]
    [InlineData("bool", "1", "0", "[true,false]")]
    [InlineData("bool", "1", "true", "[true,true]", Traits = ["Run", "Long"])]
    [InlineData("bool", "1.0", "", "[true,null]")]
    public void Lists_and_truth_values_are_read_from_text_files(string type, string first, string second, string expected)
    {
        ProgramResult set = Set("csv", $"object_id,f\n1,{first}\n2,{second}\n", "--as", $"f={type}");
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Equal(expected, PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "f", "--sort", "object_id",
            "--json").Output.Trim().Replace("{\"f\":", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
            .Replace("\"", "", StringComparison.Ordinal));
    }

    [Theory] // the type of the field and its value, a later text, and the type and the value that Python expects
    [InlineData("list<int16>", "[1]", "[2]", "list<int16>", "[2]")]
    [InlineData("list<int16>", "[1]", "[40000]", "list<int32>", "[40000]", Traits = ["Run", "Long"])]
    [InlineData("list<int16>", "[1]", "[0.1]", "list<float64>", "[0.1]")]
    [InlineData("list<int64>", "[1]", "[9007199254740993, -1]", "list<int64>", "[9007199254740993, -1]", Traits = ["Run", "Long"])]
    [InlineData("list<float32>", "[0.1]", "[0.5, 2]", "list<float32>", "[0.5, 2.0]", Traits = ["Run", "Long"])]
    [InlineData("list<float32>", "[0.5]", "[0.1]", "list<float64>", "[0.1]")]
    [InlineData("list<float64>", "[0.1]", "[0.2, 3]", "list<float64>", "[0.2, 3.0]", Traits = ["Run", "Long"])]
    [InlineData("list<bool>", "[true]", "[false, true]", "list<bool>", "[False, True]")]
    public void Lists_in_text_files_take_the_type_of_their_field(string type, string first, string second, string becomes, string expected)
    {
        Assert.Equal(0, Set("csv", $"object_id,f\n1,\"{first}\"\n", "--as", $"f={type}").ExitCode);
        ProgramResult set = Set("csv", $"object_id,f\n2,\"{second}\"\n");
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Contains($"f ({becomes})", set.Output, StringComparison.Ordinal);
        Assert.Equal("equal", Python.Run("""
            import json, sys
            found = [int(v) if isinstance(v, str) else v for v in json.loads(sys.argv[1])[0]['f']]
            print('equal' if found == eval(sys.argv[2]) else found)
            """, ValueOf(2),
            expected).Trim());
    }

    [Theory]
    [InlineData("list<int16>", "[1]", "[1, x]")]
    [InlineData("list<int64>", "[1]", "[9007199254740993, 0.5]", Traits = ["Run", "Long"])]
    [InlineData("list<bool>", "[true]", "[2]")]
    public void Lists_that_the_type_of_their_field_cannot_have_are_named(string type, string first, string second)
    {
        Assert.Equal(0, Set("csv", $"object_id,f\n1,\"{first}\"\n", "--as", $"f={type}").ExitCode);
        ProgramResult set = Set("csv", $"object_id,f\n2,\"{second}\"\n");
        Assert.Equal(1, set.ExitCode);
        Assert.Contains($"column 'f': {second} of object_id 2", set.Error, StringComparison.Ordinal);
    }

    [Theory] // a narrower type than that of the field, and a value
    [InlineData("float32", "0.5", "int8", "2.5", "2.5 of object_id 1")]
    [InlineData("float32", "0.5", "int8", "300", "300 of object_id 1", Traits = ["Run", "Long"])]
    [InlineData("int64", "5", "uint8", "-1", "-1 of object_id 1")]
    [InlineData("list<float32>", "[0.5]", "list<int8>", "[1.5]", "[1.5] of object_id 1", Traits = ["Run", "Long"])]
    [InlineData("list<int32>", "[5]", "list<int8>", "[300]", "[300] of object_id 1")]
    [InlineData("float32", "0.5", "int8", "-2", null)]
    [InlineData("list<float32>", "[0.5]", "list<int8>", "[3, -3]", null, Traits = ["Run", "Long"])]
    [InlineData("float64", "0.5", "float32", "0.1", null)]
    public void Values_are_exact_in_a_narrower_type_that_is_asked_for(string type, string first, string asked, string value, string? misfit)
    {
        Assert.Equal(0, Set("csv", $"object_id,f\n1,\"{first}\"\n", "--as", $"f={type}").ExitCode);
        ProgramResult set = Set("csv", $"object_id,f\n1,\"{value}\"\n", "--as", $"f={asked}");
        if (misfit is not null)
        {
            Assert.Equal(1, set.ExitCode);
            Assert.Contains($"column 'f': {misfit}", set.Error, StringComparison.Ordinal);
            Assert.Contains($"is not exact as {asked} ({asked} is asked for; the field 'f' is {type})", set.Error,
                StringComparison.Ordinal);
            return;
        }
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Contains($"f ({type})", set.Output, StringComparison.Ordinal);
        Assert.Equal("equal", Python.Run("""
            import json, sys
            import numpy as np
            expected = np.array(json.loads(sys.argv[2]), {'int8': 'i1', 'float32': 'f4'}[sys.argv[3].split('<')[-1].rstrip('>')]).tolist()
            found = json.loads(sys.argv[1])[0]['f']
            print('equal' if found == expected else (found, expected))
            """, ValueOf(1),
            value, asked).Trim());
    }

    [Fact]
    public void Leap_seconds_are_those_of_erfa_and_the_next_midnight()
    {
        string[] expected = Python.Run("""
            import erfa
            from astropy.time import Time
            for entry in erfa.leap_seconds.get():
                if (entry['year'], entry['month']) > (1972, 1):
                    midnight = Time(f"{entry['year']}-{entry['month']:02d}-01", scale='utc')
                    print((midnight - 1 / 86400 / 2).isot[:10], int(midnight.mjd))
            """).Trim().Split('\n');
        File.WriteAllLines(folder["many.csv"], ["object_id,ra,dec", .. expected.Select((_, i) => $"{i},1,1")]);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["many.csv"], "--out", folder["m"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["ml"], "--of", folder["m"]).ExitCode);
        File.WriteAllLines(folder["t.csv"], ["object_id,t", .. expected.Select((line, i) => $"{i},{line[..10]}T23:59:60Z")]);
        ProgramResult set = PileProgram.Run("layer", "set", folder["ml"], folder["t.csv"], "--as", "t=time", "--message", "m");
        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Equal(expected.Select(line => $"{line[11..]}.0"), PileProgram.RunToJson("query", folder["m"], "--layer", folder["ml"],
            "--columns", "t", "--sort", "object_id", "--json").EnumerateArray().Select(row => row.GetProperty("t").ToString()));
    }

    private string ValueOf(int id) => PileProgram.Run("query", folder["d"], "--layer", folder["l"], "--columns", "f", "--where",
        $"object_id = {id}", "--json").Output;

    private ProgramResult Set(string format, string table, params string[] more)
    {
        File.WriteAllText(folder[$"t.{format}"], table);
        return PileProgram.Run(["layer", "set", folder["l"], folder[$"t.{format}"], "--message", "m", .. more]);
    }
}
