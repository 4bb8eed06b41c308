using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile concat</c>: what one dataset declares about a column is not said of the values of another.</summary>
public sealed class ConcatDeclarationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("categories: { 0: good, 1: bad }", "7", "where the row with the id 2 has the code 7, which 'A' does not name")]
    [InlineData("categories: { 0: good, 1: bad }", "1", "its codes have names in 'A' and none in 'B'. Build one of them again")]
    [InlineData("sentinels: [-99, -9]", "-9",
        "its sentinels are -99, -9 in 'A', but 'B' declares none, where the row with the id 2 has the value -9", Traits = ["Run", "Long"])]
    [InlineData("sentinels: [-99]", "5", null)]
    [InlineData("unit: mJy", "5", "'B' states no unit, so the values are taken to be in that of 'A', 'mJy'")]
    public void What_one_dataset_says_of_an_integer_does_not_apply_to_the_other(string declaration, string value, string? message)
    {
        Build("a", "id,ra,dec,x\n1,10,1,0\n", $"native: {{ x: {{ {declaration} }} }}");
        Build("b", $"id,ra,dec,x\n2,11,1,{value}\n");
        foreach (string[] order in (string[][])[["a", "b"], ["b", "a"]])
        {
            bool isError = message is not null && !declaration.StartsWith("unit", StringComparison.Ordinal);
            string error = Concat(isError ? 1 : 0, order);
            if (message is not null)
                Assert.Contains(message.Replace("'A'", $"'{folder["a"]}'", StringComparison.Ordinal)
                    .Replace("'B'", $"'{folder["b"]}'", StringComparison.Ordinal), error, StringComparison.Ordinal);
            if (!isError)
                Valid(declaration.StartsWith("unit", StringComparison.Ordinal) ? ("unit", "mJy") : ("sentinels", "-99"));
        }
    }

    [Theory]
    [InlineData("unit: d, time: { scale: TDB, zero_mjd: 50000 }", "unit: d",
        "its time scale is TDB since MJD 50000 in 'A', but 'B' states none")]
    [InlineData("unit: Angstrom, ucd: em.wl, spectral_medium: air", "unit: Angstrom, ucd: em.wl",
        "its spectral medium is air in 'A', but 'B' states none")]
    [InlineData("sentinels: [-99, -9]", "sentinels: [-99]", "its sentinels are -99, -9 in 'A' and -99 in 'B'")]
    public void Different_declarations_of_a_number_are_an_error(string first, string second, string message)
    {
        Build("a", "id,ra,dec,x\n1,10,1,100.5\n", $"native: {{ x: {{ {first} }} }}");
        Build("b", "id,ra,dec,x\n2,11,1,100.5\n", $"native: {{ x: {{ {second} }} }}");
        Assert.Contains(message.Replace("'A'", $"'{folder["a"]}'", StringComparison.Ordinal)
            .Replace("'B'", $"'{folder["b"]}'", StringComparison.Ordinal), Concat(1, "a", "b"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_medium_of_a_dataset_does_not_apply_to_another_column_of_the_other()
    {
        Build("a", "id,ra,dec,x\n1,10,1,5000.5\n", "native: { x: { unit: Angstrom, ucd: em.wl, spectral_medium: air } }");
        Build("b", "id,ra,dec,y\n2,11,1,5000.5\n", "native: { y: { unit: Angstrom, ucd: em.wl } }");
        Assert.Contains($"column 'y': the wavelengths of '{folder["a"]}' are in air, but '{folder["b"]}' states no medium",
            Concat(1, "a", "b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("categories: { 0: good }", "int8")]
    [InlineData("unit: d, ucd: time.epoch, time: { scale: TDB }", "float64")]
    public void A_declaration_is_kept_if_the_other_dataset_has_no_value(string declaration, string type)
    {
        Build("a", "id,ra,dec,x\n1,10,1,0\n", $"native: {{ x: {{ {declaration} }} }}", type);
        Build("b", "id,ra,dec,x\n2,11,1,\n", "", type);
        Build("e", "id,ra,dec\n3,12,1\n");
        Assert.DoesNotContain("'x'", Concat(0, "a", "b", "e"), StringComparison.Ordinal);
        Valid(declaration.StartsWith("categories", StringComparison.Ordinal) ? ("categories", "good") : ("time", "TDB"));
    }

    [Fact]
    public void An_alias_does_not_hide_a_column_of_the_other_dataset()
    {
        Build("a", "id,ra,dec,m\n1,10,1,5.5\n", "columns: { mag: { native: m } }");
        Build("b", "id,ra,dec,m,mag\n2,11,1,-99.0,3.5\n");
        foreach (string[] order in (string[][])[["a", "b"], ["b", "a"]])
            Assert.Contains($"{folder["a"]} and {folder["b"]}, column 'mag': it is an alias in '{folder["a"]}' (m), which would hide the "
                + $"column of this name in '{folder["b"]}'", Concat(1, order), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Build(string name, string table, string keys = "", string? type = null)
    {
        File.WriteAllText(folder[$"{name}.csv"], table);
        File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {name}.csv"
            + (type is null ? "" : $"\ncast: {{ x: {type} }}")).Replace("name: test", $"name: {name}", StringComparison.Ordinal)
            + $"{keys}\n");
        ProgramResult built = PileProgram.Run("build", folder[$"{name}.yaml"], "--out", folder[name]);
        Assert.True(built.ExitCode == 0, built.Error);
    }

    private string Concat(int exitCode, params string[] names)
    {
        ProgramResult result = PileProgram.Run(["concat", .. names.Select(n => folder[n]), "--out", folder["all"], "--replace"]);
        Assert.True(result.ExitCode == exitCode, result.Error);
        return result.Error;
    }

    private void Valid((string Key, string Value) declared)
    {
        Assert.Equal(0, PileProgram.Run("validate", folder["all"], "--deep").ExitCode);
        JsonElement x = PileProgram.RunToJson("info", folder["all"]).GetProperty("columns").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == "x");
        Assert.Contains(declared.Value, x.GetProperty(declared.Key).GetRawText(), StringComparison.Ordinal);
    }
}
