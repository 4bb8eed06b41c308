namespace Pile.Stac;

/// <summary>The file and document that a value of an ODC document belongs to.</summary>
internal sealed record OdcOrigin(string Source, long Index, string? Id)
{
    /// <summary>Creates an error about a value.</summary>
    internal SceneInvalidException Invalid(SceneProblem problem, string field, string finding) =>
        new(problem, Source, Index, Id, field, finding, "Correct the document, or leave it out");
}
