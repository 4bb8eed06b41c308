using System.Text;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Columns may have any name. Every verb and file keeps it, and it cannot control the terminal.</summary>
public sealed class ColumnNameTests
{
    private static readonly string[] Nasty =
    [
        "a\rb", "tab\t", "\tlead", "trail ", "nel\u0085x", "ls\u2028x", "line\nfeed", "rowid", "file_row_number", "FILENAME", "select",
        "null", "~", "[red]", "bidi\u202eabc", "zwj\u200dx",
        "\ufeffbom", "e\u0301", "é", "💥", "esc\u001b[31mred", "del\u007f", "quote\"x", "apos'x", "back\\slash", "slash/x", "%2F", "..",
        "x: y", "# c", "{a}", "*", "&a", "<b>", "a,b",
        "c1\u009b31m", "nonchar\uffff", "\U0010ffff", "Case", "case", "=", "<<",
    ];

    private static readonly string[] Names = [.. Nasty, .. RandomNames(), new('x', 1024)];

    [Fact]
    public void Every_verb_keeps_Unicode_names()
    {
        using TemporaryFolder folder = new();
        string dataset = Build(folder, Names), copy = folder["copy"];
        Dictionary<string, string> sqlNames = PileProgram.RunToJson("info", dataset).GetProperty("columns").EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("sql_name").GetString()!);
        Assert.Empty(Names.Except(sqlNames.Keys));

        PileProgram.RunToJson("index", "rebuild", dataset);
        PileProgram.RunToJson("copy", dataset, copy);
        Assert.True(PileProgram.RunToJson("validate", copy, "--deep").GetProperty("valid").GetBoolean());
        AssertRow(PileProgram.RunToJson("query", copy, "--where", "object_id = 2")[0], name => name);
        AssertRow(PileProgram.RunToJson("sql", copy, "SELECT * FROM d WHERE object_id = 2")[0], name => sqlNames[name]);
        string all = string.Join(" AND ", Names.Select((name, i) => $"{Quoted(sqlNames[name])} = {Value(2, i)}"));
        AssertRow(PileProgram.RunToJson("query", copy, "--where", all, "--columns", string.Join(',', Names.Select(Quoted)))[0],
            name => name);

        PileProgram.RunToJson("crossmatch", copy, copy, "--radius", "1", "--columns",
            string.Join(',', Names.Where(n => n != "case").Select(n => $"a.{Quoted(n)}")), "--out", folder["m.parquet"]);
        Assert.Equal(4, PileProgram.RunToJson("query", copy, "--out", folder["t.vot"]).GetProperty("rows").GetInt32());
        string fits = string.Join(',', Nasty.Where(n => n != "case").Select(Quoted));
        Assert.Equal(4, PileProgram.RunToJson("query", copy, "--columns", fits, "--out", folder["t.fits"]).GetProperty("rows").GetInt32());
        // Astropy reads the names with the escapes of the format: '%' and the bytes of unsupported characters.
        Assert.Equal("True True True True", Python.Run("""
            import sys
            from astropy.io import fits
            from astropy.io.votable import parse_single_table
            votable = {f.name for f in parse_single_table(sys.argv[1]).fields}
            table = {c.name for c in fits.open(sys.argv[2])[1].columns}
            print("esc%1B[31mred" in votable, "\U0001F4A5" in votable, "esc%1B%5B31mred" in table, "%C3%A9" in table)
            """, folder["t.vot"], folder["t.fits"]).Trim());
    }

    [Fact]
    public void Printed_values_cannot_control_the_terminal()
    {
        using TemporaryFolder folder = new();
        string dataset = Build(folder, Names);
        string[][] commands =
        [
            ["info", dataset], ["info", dataset, "--statistics"], ["query", dataset],
            ["sql", dataset, "SELECT 'a\u001b[31m\u202eb\nc' AS text FROM d"], ["validate", dataset],
            ["query", dataset, "--columns", "no\u001b[31msuch"], ["query", dataset, "--where", "\"no\u001b[31m\u009b1m\u202esuch\" > 1"],
            ["info", folder["\u001b[31mno"]], ["no\u001b[31m"], ["info", "--no\u001b[31m"],
            ["crossmatch", dataset, dataset, "--radius", "1", "--columns", Quoted("a.esc\u001b[31mred"), "--explain"],
        ];
        foreach (string[] command in commands)
        {
            ProgramResult result = PileProgram.Run(command);
            string printed = result.Output + result.Error;
            Assert.NotEmpty(printed);
            Assert.DoesNotContain(printed, c => c != '\n' && (char.IsControl(c) || c is '\u202e' or '\u2028' or '\ufeff'));
        }
        Assert.Contains("esc\\u001b[31mred", PileProgram.Run("info", dataset).Output, StringComparison.Ordinal);
        Assert.Contains("a\\u001b[31m\\u202eb\\nc", PileProgram.Run("sql", dataset, "SELECT 'a\u001b[31m\u202eb\nc' AS text FROM d").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_too_long_is_reported()
    {
        using TemporaryFolder folder = new();
        WriteTable(folder["t.csv"], [new string('é', 513)]);
        Assert.Contains("a name must have at most 1024 bytes as UTF-8; this one has 1026",
            PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"]).Error, StringComparison.Ordinal);
    }

    private static string Build(TemporaryFolder folder, string[] names)
    {
        WriteTable(folder["t.csv"], names);
        ProgramResult built = PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"], "--ra-unit", "deg");
        Assert.True(built.ExitCode == 0, built.Error);
        return folder["d"];
    }

    private static void WriteTable(string path, string[] names)
    {
        StringBuilder text = new($"object_id,ra,dec,{string.Join(',', names.Select(Quoted))}\n");
        for (int row = 0; row < 4; row++)
            text.Append($"{row},{10 + row},20,{string.Join(',', names.Select((_, i) => Value(row, i)))}\n");
        File.WriteAllText(path, text.ToString());
    }

    private static long Value(int row, int column) => (1000 * row) + column;

    private static void AssertRow(JsonElement row, Func<string, string> key) =>
        Assert.Equal(Names.Select((name, i) => (name, Value(2, i))), Names.Select(name => (name, row.GetProperty(key(name)).GetInt64())));

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<string> RandomNames()
    {
        Random random = new(20);
        for (int n = 0; n < 60; n++)
        {
            StringBuilder name = new($"n{n}");
            for (int i = random.Next(1, 8); i > 0; i--)
                name.Append(char.ConvertFromUtf32(random.Next(4) switch
                {
                    0 => random.Next(1, 0x100),
                    1 => random.Next(0x2000, 0x2100),
                    2 => random.Next(0xE000, 0x10000),
                    _ => random.Next(0x10000, 0x110000),
                }));
            yield return name.ToString();
        }
    }
}
