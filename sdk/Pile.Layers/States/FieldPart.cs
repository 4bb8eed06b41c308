namespace Pile.Layers;

/// <summary>A file that has values of a field.</summary>
/// <param name="Patch">The patch; null for the state that the commits continue.</param>
/// <param name="Column">The column of the file; null if the patch takes values away.</param>
/// <param name="Field">The definition of the field as of the file.</param>
internal sealed record FieldPart(LayerPatch? Patch, string? Column, LayerField Field);
