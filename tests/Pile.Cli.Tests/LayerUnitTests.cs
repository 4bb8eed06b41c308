using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>A field of a layer has one unit, which the units of tables and of other layers are compared with.</summary>
public sealed class LayerUnitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LayerUnitTests(RepeatedBuilds builds)
    {
        File.WriteAllText(folder["n.csv"], "object_id,mag\n1,1\n2,2\n3,3\n4,4\n");
        builds.OfTable(folder["n.csv"], folder["d"], "--partition", "hash", "--id", "object_id");
        Create("l");
    }

    public void Dispose() => folder.Dispose();

    [Theory] // the unit of the field, and that of a later table
    [InlineData("Jy", "mJy")]
    [InlineData("erg/s/cm^2/Angstrom", "W/m^2/nm", Traits = ["Run", "Long"])]
    [InlineData("s", "m")]
    [InlineData("", "Jy")]
    [InlineData("Angstrom", "0.1 nm", Traits = ["Run", "Long"])]
    [InlineData("erg/s/cm^2/Angstrom", "erg.s-1.cm-2.Angstrom-1")]
    [InlineData("mas/yr", "mas.yr-1", Traits = ["Run", "Long"])]
    [InlineData("Jy", "Jy")]
    [InlineData("", "")]
    [InlineData("Jy", "", Traits = ["Run", "Long"])]
    public void Values_are_accepted_if_astropy_calls_their_unit_equal_or_if_they_have_none(string unit, string later)
    {
        Assert.Equal(0, Set("l", "1,1.5\n2,2\n", unit).ExitCode);
        bool isSame = later.Length == 0 || (unit.Length > 0 && Python.Run("""
            import sys
            import astropy.units as u
            a, b = (u.Unit(text) for text in sys.argv[1:])
            print(a.is_equivalent(b) and abs(a.to(b) - 1) < 1e-12)
            """, unit, later).Trim() == "True");
        ProgramResult set = Set("l", "3,3000\n4,4000\n", later);
        Assert.True(set.ExitCode == (isSame ? 0 : 1), set.Error);
        Assert.Equal(isSame ? 2 : 0, PileProgram.RunToJson("query", folder["d"], "--layer", folder["l"], "--where", "fx >= 3000",
            "--json").GetArrayLength());
        if (isSame)
            return;
        Assert.Contains($"column 'fx': the unit is '{later}', but", set.Error, StringComparison.Ordinal);
        Assert.Contains(unit.Length > 0 ? $"that of the field 'fx' is '{unit}'. Convert the column to '{unit}'; or remove its unit"
            : "the field 'fx' has no unit, so that the unit of its earlier values is unknown. If they are in 'Jy', too, remove the unit",
            set.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Jy", "mJy", "has the unit 'Jy', but its values here have the unit 'mJy'")]
    [InlineData("Jy", "", "has the unit 'Jy', but its values here have no unit")]
    [InlineData("", "Jy", "has no unit, but its values here have the unit 'Jy'", Traits = ["Run", "Long"])]
    [InlineData("Jy", "Jy", null)]
    [InlineData("mas/yr", "mas.yr-1", null)]
    public void Layers_whose_field_has_different_units_are_not_merged(string unit, string other, string? conflict)
    {
        Create("m");
        Assert.Equal(0, Set("l", "1,1.5\n2,2\n", unit).ExitCode);
        Assert.Equal(0, Set("m", "3,3000\n4,4000\n", other).ExitCode);
        ProgramResult merge = PileProgram.Run("layer", "merge", folder["l"], folder["m"]);
        Assert.Equal(conflict is null ? 0 : 1, merge.ExitCode);
        Assert.Contains(conflict is null ? "" : $"the field 'fx' {conflict}", merge.Error, StringComparison.Ordinal);
        Assert.Equal(conflict is null ? 4 : 2, PileProgram.RunToJson("query", folder["d"], "--layer", folder["l"], "--where",
            "fx IS NOT NULL", "--json").GetArrayLength());
    }

    private void Create(string layer) =>
        Assert.Equal(0, PileProgram.Run("layer", "create", folder[layer], "--of", folder["d"]).ExitCode);

    private ProgramResult Set(string layer, string rows, string unit)
    {
        string declared = unit.Length > 0 ? $"unit: '{unit}', " : "";
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: object_id, datatype: int64}\n"
            + $"# - {{name: fx, {declared}datatype: float64}}\nobject_id,fx\n{rows}");
        return PileProgram.Run("layer", "set", folder[layer], folder["t.ecsv"], "--message", "m");
    }
}
