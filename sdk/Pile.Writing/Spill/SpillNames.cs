using System.Text;

namespace Pile.Writing.Spill;

/// <summary>The columns of a spill part. Names of data columns are encoded in hexadecimal, because SQL names are not case-sensitive and
/// must not collide.</summary>
internal static class SpillNames
{
    /// <summary>The key by which rows are sorted.</summary>
    internal const string Key = "h";

    /// <summary>The place of the unit in the order of their ids; 0 in a spill, and added when it is read.</summary>
    internal const string Unit = "u";

    /// <summary>The row within the unit.</summary>
    internal const string Row = "r";

    /// <summary>The offset of the row's values in their file (see <see cref="HeavyRows"/>).</summary>
    internal const string HeavyOffset = "ho";

    /// <summary>The size of its heavy values, not encoded.</summary>
    internal const string HeavyBytes = "hb";

    internal static string Light(string name) => "c_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));

    internal static string Shape(string name) => "s_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));

    internal static string IsNull(string name) => "n_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));
}
