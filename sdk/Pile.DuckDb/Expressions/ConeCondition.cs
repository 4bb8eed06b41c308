using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pile.DuckDb;

/// <summary>A cone that contains all rows for which a condition is true: <c>in_cone(ra, dec, 10.7, 41.3, 60) AND …</c>.</summary>
/// <param name="Ra">The name of the column of right ascensions.</param>
/// <param name="Dec">The name of the column of declinations.</param>
/// <param name="CentreRaDeg">Right ascension of the centre, finite.</param>
/// <param name="CentreDecDeg">Declination of the centre, in [-90, 90].</param>
/// <param name="RadiusArcsec">The radius, at least 0 and finite.</param>
internal sealed record ConeCondition(string Ra, string Dec, double CentreRaDeg, double CentreDecDeg, double RadiusArcsec)
{
    private static readonly string[] Operators = ["-", "+", "*", "/"];

    /// <summary>Finds the cones of a condition: those that are the condition, or joined to the rest of it by AND.</summary>
    /// <param name="connection">Any connection; it computes the numbers.</param>
    /// <param name="root">The tree of <c>SELECT condition</c>, as <see cref="SqlTree.Parse"/> returns it.</param>
    /// <param name="condition">The condition in this tree.</param>
    internal static IEnumerable<ConeCondition> Of(DuckDbConnection connection, JsonElement root, JsonElement condition) =>
        Text(condition, "type") == "CONJUNCTION_AND"
            ? condition.GetProperty("children").EnumerateArray().SelectMany(child => Of(connection, root, child))
            : IsCone(condition) && Read(connection, root, condition) is { } cone ? [cone] : [];

    private static bool IsCone(JsonElement node) => Text(node, "class") == "FUNCTION"
        && SkyFormulas.InConeName.Equals(Text(node, "function_name"), StringComparison.OrdinalIgnoreCase)
        && node.GetProperty("children").EnumerateArray().ToArray() is [var ra, var dec, _, _, _] all
        && IsColumn(ra) && IsColumn(dec) && all[2..].All(IsNumber);

    private static bool IsColumn(JsonElement node) =>
        Text(node, "class") == "COLUMN_REF" && node.GetProperty("column_names").GetArrayLength() == 1;

    private static bool IsNumber(JsonElement node) => Text(node, "class") switch
    {
        "CONSTANT" => true,
        "CAST" => IsNumber(node.GetProperty("child")),
        "FUNCTION" => Operators.Contains(Text(node, "function_name")) && node.GetProperty("children").EnumerateArray().All(IsNumber),
        _ => false,
    };

    private static ConeCondition? Read(DuckDbConnection connection, JsonElement root, JsonElement cone)
    {
        JsonElement[] arguments = [.. cone.GetProperty("children").EnumerateArray()];
        JsonObject tree = JsonObject.Create(root.Clone())!;
        tree["statements"]![0]!["node"]!["select_list"] = new JsonArray([.. arguments[2..].Select(a => JsonNode.Parse(a.GetRawText()))]);
        double[] numbers = new double[3];
        try
        {
            string select = connection.Scalar<string>("SELECT json_deserialize_sql($1::JSON)", [tree.ToJsonString()]);
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = connection.Scalar<double>(
                    string.Create(CultureInfo.InvariantCulture, $"SELECT #{i + 1}::DOUBLE FROM ({select})"));
        }
        catch (DuckDbException)
        {
            return null; // a number without a value; the statement reports what is wrong
        }
        return double.IsFinite(numbers[0]) && Math.Abs(numbers[1]) <= 90 && numbers[2] >= 0 && double.IsFinite(numbers[2])
            ? new ConeCondition(Column(arguments[0]), Column(arguments[1]), numbers[0], numbers[1], numbers[2]) : null;

        static string Column(JsonElement node) => node.GetProperty("column_names")[0].GetString()!;
    }

    private static string? Text(JsonElement node, string field) => node.TryGetProperty(field, out JsonElement value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
