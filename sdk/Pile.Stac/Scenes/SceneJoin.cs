namespace Pile.Stac;
internal static class SceneJoin {}
