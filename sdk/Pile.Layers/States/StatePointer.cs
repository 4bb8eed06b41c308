using System.Text.Json.Nodes;

namespace Pile.Layers;

/// <summary>Says of which commit a stored state is.</summary>
/// <param name="Number">The number of the commit.</param>
/// <param name="Commit">Its SHA-256.</param>
/// <param name="State">The SHA-256 of the state.</param>
/// <param name="Bytes">The length of the state.</param>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Gone">The number of rows with values that the dataset does not have.</param>
internal sealed record StatePointer(long Number, string Commit, string State, long Bytes, long Rows, long Gone)
{
    internal const int LargestBytes = 64 << 10;

    internal byte[] ToBytes() => CanonicalJson.Write(new JsonObject
    {
        ["layer_state"] = 1,
        ["number"] = Number,
        ["commit"] = Commit,
        ["state"] = State,
        ["bytes"] = Bytes,
        ["rows"] = Rows,
        ["gone"] = Gone,
    });

    internal static StatePointer Read(byte[] bytes, string layer, string path)
    {
        JsonMap json = CanonicalJson.Read(bytes, finding =>
            new LayerInvalidException(layer, $"'{path}': {finding}", "Delete the file: states are derived from the log"));
        json.RequireKeys("layer_state", "number", "commit", "state", "bytes", "rows", "gone");
        if (json.Integer("layer_state") != 1)
            throw json.Invalid("it is of another version");
        return new StatePointer(json.Integer("number"), json.Sha256("commit"), json.Sha256("state"), json.Integer("bytes"),
            json.Integer("rows"), json.Integer("gone"));
    }
}
